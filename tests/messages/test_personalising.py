from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.messages.personalising import MAX_OUTPUT, RenderingFailed, Template, check
from webapp.messages.problems import TemplateIsRefused

KEYS = ("size", "items", "points", "tags")


def say(source, *, markup=True, **values):
    return Template(source, markup=markup, custom_keys=KEYS).render(values)


def messages(source):
    return [str(problem.message) for problem in check(source, KEYS)]


def test_a_missing_first_name_is_replaced_by_the_default():
    source = '{{ contact.first_name | default("vous") }}'
    assert say(source) == "vous"
    assert say(source, contact={"first_name": ""}) == "vous"
    assert say(source, contact={"first_name": "Anne"}) == "Anne"


def test_a_known_variable_without_a_value_prints_nothing():
    assert say("[{{ contact.city }}{{ contact.attributes.size }}]") == "[]"


def test_an_unknown_variable_is_refused_with_its_line_and_a_suggestion():
    problem = check("Bonjour\n{{ contact.fist_name }}")[0]
    assert (problem.line, problem.column) == (2, 12)
    assert "contact.first_name" in str(problem.message)


@pytest.mark.parametrize(
    "source",
    [
        "{{ secret }}",
        "{{ contact }}",
        "{{ contact.password }}",
        "{{ contact.attributes.unknown }}",
        "{{ loop.index }}",
        "{{ config }}",
        "{{ self }}",
        "{{ ''.__class__ }}",
        "{{ contact.first_name.__class__ }}",
        "{{ contact['__class__'] }}",
        "{{ contact.first_name.upper() }}",
        "{{ contact.first_name | attr('x') }}",
        "{{ contact.first_name | safe }}",
        "{{ contact.city is callable }}",
        "{{ lipsum() }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% macro a() %}{{ a() }}{% endmacro %}",
        "{% set a = 'x' %}",
        "{% block a %}{% endblock %}",
        "{% for i in range(101) %}{% endfor %}",
        "{% for i in range(contact.attributes.points) %}{% endfor %}",
        "{% for i in contact.attributes.items recursive %}{% endfor %}",
        "{% for a in range(9) %}" * 3 + "{% endfor %}" * 3,
        "{{ 9 ** 9 }}",
        "{{ 'a' % 3 }}",
        "{{ contact.birth_date | date('%s') }}",
        "{{ contact.city | truncate('x') }}",
    ],
)
def test_what_is_not_allowed_is_refused(source):
    assert check(source, KEYS)
    with pytest.raises(TemplateIsRefused):
        Template(source, markup=True, custom_keys=KEYS)


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in [" + "1," * 101 + "] %}{% endfor %}",
        "{% for a in '" + "x" * 101 + "' %}{% endfor %}",
        "{% for a in 'x' ~ 'y' %}{% endfor %}",
        "{% for a in contact.first_name|default([" + "1," * 101 + "]) %}{% endfor %}",
        "{% for a in range(100) %}{% endfor %}" * 101,
        "{{ 2" + "*9" * 20_000 + " }}",
        "{{ 1" + " if 1 else 1" * 2_000 + " }}",
        "{{ " + "-" * 5_000 + "1 }}",
        "{{ contact" + ".city" * 5_000 + " }}",
    ],
)
def test_a_template_that_would_keep_a_worker_busy_is_refused(source):
    assert check(source)


def test_a_syntax_error_names_its_line():
    assert check("a\nb {% if contact.city %}{{ + }}\nc")[0].line == 2
    assert check("a\n{{ contact.city")[0].line == 2


def test_a_wrong_filter_is_named_with_a_suggestion():
    assert "default" in messages("{{ contact.city | defalt('x') }}")[0]


def test_conditions_and_short_loops_work():
    source = (
        "{% if contact.attributes.points > 10 %}fidèle{% else %}nouveau{% endif %}"
        "{% for tag in contact.attributes.tags %} {{ loop.index }}{{ tag }}{% endfor %}"
    )
    known = {"attributes": {"points": 20, "tags": ["a", "b"]}}
    assert say(source, contact=known) == "fidèle 1a 2b"
    assert say(source) == "nouveau"


def test_an_attribute_may_bear_the_name_of_a_dictionary_method():
    known = {"attributes": {"items": "trois"}}
    assert say("{{ contact.attributes.items }}", contact=known) == "trois"
    assert say("{{ contact.attributes.items }}") == ""


def test_html_is_escaped_and_text_is_not():
    known = {"first_name": "<b>A&B</b>\"'"}
    source = "{{ contact.first_name }}"
    assert say(source, contact=known) == "&lt;b&gt;A&amp;B&lt;/b&gt;&#34;&#39;"
    assert say(source, markup=False, contact=known) == "<b>A&B</b>\"'"


def test_control_characters_never_come_out():
    known = {"first_name": "A\x00B\x08C\r\nD\ud800"}
    said = say("{{ contact.first_name }}", markup=False, contact=known)
    assert said == "ABC\nD"


def test_a_value_is_never_run_as_template_code():
    known = {"first_name": "{{ contact.email }}{% if %}"}
    assert say("{{ contact.first_name }}", contact=known) == known["first_name"]


def test_a_text_cannot_be_multiplied():
    with pytest.raises(RenderingFailed):
        say("{{ contact.city * 1000000000 }}", contact={"city": "aaaa"})
    with pytest.raises(RenderingFailed):
        say("{{ 'aaaa' * 1000000000 }}")


def test_the_output_is_bounded():
    source = (
        "{% for a in range(100) %}{% for b in range(100) %}"
        "{{ contact.city }}{% endfor %}{% endfor %}"
    )
    with pytest.raises(RenderingFailed):
        say(source, contact={"city": "a" * (MAX_OUTPUT // 10_000 + 1)})


def test_a_failing_expression_renders_nothing_at_all():
    with pytest.raises(RenderingFailed):
        say(
            "Bonjour {{ contact.attributes.points / 0 }}",
            contact={"attributes": {"points": 1}},
        )
    with pytest.raises(RenderingFailed):
        say("{{ contact.city > 3 }}", contact={"city": "Lyon"})


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "2 mars 1990|1 234,50 €|1 234,5"),
        ("en", "March 2, 1990|€1,234.50|1,234.5"),
    ],
)
def test_dates_and_prices_are_written_in_the_readers_language(language, expected):
    known = {
        "language": language,
        "birth_date": date(1990, 3, 2),
        "attributes": {"points": 1234.5},
    }
    source = (
        "{{ contact.birth_date | date }}|{{ contact.attributes.points | price }}"
        "|{{ contact.attributes.points | number }}"
    )
    assert say(source, contact=known).replace("\xa0", " ") == expected


@given(st.text(max_size=300))
def test_the_check_answers_for_any_source(source):
    for problem in check(source, KEYS):
        assert problem.line >= 1
        assert str(problem.message)
