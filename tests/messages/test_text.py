import pytest

from webapp.messages import mjml, text
from webapp.messages.personalising import PLAIN, compiled


def complete(html, **values):
    return compiled(PLAIN, text.from_html(html))(values)


def test_paragraphs_lists_and_links_read_as_text():
    html = (
        "<head><title>non</title><style>non</style></head><body>"
        '<div style="display:none">non</div><h1>Titre</h1><p>Un  <b>mot</b>\nlà.</p>'
        '<ul><li>a</li><li>b</li></ul><p>Voir <a href="https://a.fr/?a=1&amp;b=2">ici</a>.</p>'
        '<a href="https://a.fr">https://a.fr</a><a href="mailto:a@b.fr"> a@b.fr</a>'
        '<img alt="Un chat" src="x"></body>'
    )
    assert text.from_html(html) == (
        "Titre\n\nUn mot là.\n\n- a\n- b\n\nVoir ici <https://a.fr/?a=1&b=2>.\n\n"
        "<https://a.fr> a@b.frUn chat\n"
    )


@pytest.mark.covers("delivery-9")
def test_the_text_of_a_compiled_newsletter_has_the_way_out():
    made = mjml.compile("<mjml><mj-body></mj-body></mjml>")
    assert "<{{ unsubscribe_url }}>" in text.from_html(made.html)


def test_a_condition_takes_its_line_with_it():
    html = "<p>a</p>{% if contact.city %}<p>{{ contact.city }}</p>{% endif %}<p>c</p>"
    assert complete(html, contact={"city": "Lyon"}) == "a\n\nLyon\n\nc\n"
    assert complete(html) == "a\n\nc\n"


def test_a_condition_inside_a_line_stays_in_it():
    html = "<p>a</p><p>{% if contact.city %}À {{ contact.city }}, {% else %}Ici, {% endif %}bonjour</p>"
    assert complete(html, contact={"city": "Lyon"}) == "a\n\nÀ Lyon, bonjour\n"
    assert complete(html) == "a\n\nIci, bonjour\n"


def test_a_loop_over_rows_gives_a_line_each():
    html = (
        "<table><tbody>{% for n in range(2) %}<tr><td>r{{ n }}</td><td>x</td></tr>"
        "{% endfor %}</tbody></table>"
    )
    assert complete(html).strip() == "r0 x\nr1 x"


def test_entities_do_not_become_template_code():
    assert (
        complete("<p>&#123;&#123; contact.email }} &lt;b&gt;</p>")
        == "{{ contact.email }} <b>\n"
    )


def test_what_is_for_the_eye_alone_is_left_out():
    assert text.from_html('<p><span aria-hidden="true">★</span>a</p>') == "a\n"
