from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from webapp.messages.personalising import Template
from webapp.messages.pieces import Part

WORDS = st.text(max_size=12) | st.sampled_from(
    ["<b>", "&", "a\r\nb", "=", ".", "é", "", "\0"]
)
VALUES = st.one_of(
    st.none(),
    WORDS,
    st.integers(),
    st.floats(),
    st.booleans(),
    st.just(date(2024, 2, 29)),
)
PEOPLE = st.fixed_dictionaries(
    {},
    optional={
        "contact": st.fixed_dictionaries(
            {},
            optional={
                "first_name": WORDS,
                "city": st.none() | WORDS,
                "birth_date": VALUES,
                "language": st.sampled_from(["fr", "en", "de", "", "xx", None]),
                "attributes": st.fixed_dictionaries({}, optional={"size": VALUES}),
            },
        ),
        "list": st.fixed_dictionaries({}, optional={"name": WORDS}),
    },
)
TEMPLATES = st.lists(
    st.sampled_from(
        [
            "{{ contact.first_name }}",
            '{{ contact.first_name | title | default("vous") }}',
            "{{ contact.city | upper }}",
            "{{ contact.birth_date | date('short') }}",
            "{{ contact.attributes.size }}",
            "{{ contact.attributes['size'] | price }}",
            "{{ contact.attributes.size | number(2) }}",
            "{{ contact.city | truncate(3) | urlencode }}",
            "{{ list.name }}",
            "{{ workspace.name }}",
            "{{ workspace.address | upper }}",
            "{{ unsubscribe_url }}",
            "{{ contact.first_name ~ ' ' ~ contact.city }}",
            "{% if contact.city %}oui {{ workspace.name }}{% else %}non{% endif %}",
            "{% for n in range(3) %}{{ n }}{{ contact.city }}{% endfor %}",
            '{{ "<" }}',
            "{# rien #}",
            " é=<p class='x'>\n",
            ".\n",
        ]
    ),
    max_size=12,
).map("".join)
FIXED = {"workspace": {"name": "Chez <Léa>", "address": None}}


@given(TEMPLATES, PEOPLE, st.booleans())
def test_pieces_say_what_the_whole_template_says(source, person, markup):
    person = {**person, "unsubscribe_url": "https://n.fr/u/x-_y"}
    whole = Template(source, markup=markup, custom_keys=("size",)).render(
        {**FIXED, **person}
    )
    part = Part(source, markup=markup, fixed=FIXED)
    assert part.text(person) == whole
    assert decoded(part.encoded(person)) == whole.replace("\n", "\r\n")


def decoded(raw):
    import quopri

    return quopri.decodestring(raw).decode()


def test_only_a_condition_is_left_to_jinja():
    part = Part("a{{ contact.city }}b{{ workspace.name }}c", markup=True, fixed=FIXED)
    assert part.roots == {"contact"}
