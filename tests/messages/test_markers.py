from hypothesis import given
from hypothesis import strategies as st

from webapp.messages import markers
from webapp.messages.personalising import PLAIN

PIECES = st.sampled_from(
    [
        "{{ contact.city }}",
        '{{ contact.city | default("a < b") }}',
        "{% if contact.city < 3 %}",
        "{% endif %}",
        "{# a\nb #}",
        "\n",
        "<p class='x'>",
        '<a href="',
        '">',
        "</p>",
        "zq1qz",
        "é",
        " }} ",
    ]
)


@given(st.lists(PIECES))
def test_hiding_and_restoring_gives_the_source_back(pieces):
    source = "".join(pieces)
    hidden = markers.hide(PLAIN, source)
    # The lines of a comment over several lines are given back after it as well.
    assert hidden.restore_as_is(hidden.text).replace("\n", "") == source.replace(
        "\n", ""
    )


@given(st.lists(PIECES))
def test_what_follows_code_over_several_lines_keeps_its_line(pieces):
    source = "".join(pieces) + "\n<end>"
    hidden = markers.hide(PLAIN, source)
    assert hidden.text.count("\n") == source.count("\n")


def test_code_around_elements_becomes_a_comment_and_code_inside_a_tag_a_word():
    hidden = markers.hide(PLAIN, '{% if contact.city %}<a href="{{ contact.city }}">')
    assert hidden.text == '<!--zq0qb--><a href="zq1qz">'


def test_braces_that_a_tool_has_decoded_do_not_become_code():
    hidden = markers.hide(PLAIN, "{{ contact.city }}")
    restored = hidden.restore("{{ contact.email }} {% if %} {zq0qz")
    assert restored == "&#123;{ contact.email }} &#123;% if %} &#123;{{ contact.city }}"
