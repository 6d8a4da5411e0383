"""The macros without a browser: they compile, escape, and link headings and fields."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parent.parent / "templates"
OURS = ["components", "layouts"]
NAMES = [
    path.relative_to(TEMPLATES).as_posix()
    for folder in OURS
    for path in sorted((TEMPLATES / folder).glob("*.html"))
]


@pytest.fixture(scope="module")
def app():
    spec = spec_from_file_location("styleguide", HERE / "styleguide.py")
    styleguide = module_from_spec(spec)
    spec.loader.exec_module(styleguide)
    app = styleguide.create_app()
    app.jinja_env.globals["asset_url"] = lambda name: f"/static/dist/{name}"
    app.jinja_env.globals["get_flashed_messages"] = lambda **_: []
    return app


@pytest.fixture
def render(app):
    def render_(source, address="/", **context):
        with app.test_request_context(address):
            return app.jinja_env.from_string(source).render(**context)

    return render_


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles(app, name):
    assert app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_holds_no_script_and_no_style(name):
    source = (TEMPLATES / name).read_text()
    assert " style=" not in source
    assert "<style" not in source
    assert " on" + "click" not in source
    assert "hx-on" not in source
    assert "<script" not in source.replace('<script type="module" src=', "")


MALICE = "<img src=x>"
CALLS = {
    "badge": "{{ badge(x) }}",
    "alert": '{{ alert("info", x, x) }}',
    "stat": "{{ stat(x, x, x, true, x) }}",
    "avatar": "{{ avatar(x) }}",
    "definitions": "{{ definitions([(x, x)]) }}",
    "timeline": '{{ timeline([{"when": x, "title": x, "text": x}]) }}',
    "status": "{{ status(x) }}",
    "copy_field": "{{ copy_field(x, x, x) }}",
    "post_button": "{{ post_button(x, x, values={x: x}) }}",
    "search_bar": "{{ search_bar(x) }}",
    "table": '{% call table([{"label": x, "sort": x}], x) %}{{ x }}{% endcall %}',
    "chart": '{{ chart(x, "bar", x, [x, x], [[x, x]]) }}',
    "confirm": "{% call confirm(x, x, x, x, x) %}{{ x }}{% endcall %}",
}
HOMES = {
    "badge": "display",
    "alert": "display",
    "stat": "display",
    "avatar": "display",
    "definitions": "display",
    "timeline": "display",
    "status": "statuses",
    "copy_field": "buttons",
    "post_button": "buttons",
    "search_bar": "tables",
    "table": "tables",
    "chart": "charts",
    "confirm": "dialogs",
}


@pytest.mark.parametrize("macro", CALLS)
def test_a_macro_escapes_what_it_is_given(render, macro):
    home = f'{{% from "components/{HOMES[macro]}.html" import {macro} %}}'
    page = render(home + CALLS[macro], address="/?q=%3Cimg%20src=x%3E", x=MALICE)
    assert "<img" not in page


def test_a_heading_sorts_one_way_then_the_other_and_keeps_the_search(render):
    call = (
        '{% from "components/tables.html" import table %}'
        '{% call table([{"label": "Name", "sort": "name"}], "People") %}{% endcall %}'
    )
    first = render(call, address="/people?q=anna&list=1&list=2&after=9")
    assert 'href="/people?q=anna&amp;list=1&amp;list=2&amp;sort=name"' in first
    again = render(call, address="/people?sort=name")
    assert 'aria-sort="ascending"' in again
    assert 'href="/people?sort=-name"' in again


def test_a_known_state_has_its_colour_and_an_unknown_one_its_name(render):
    call = '{% from "components/statuses.html" import status %}{{ status(x) }}'
    assert "vo-danger" in render(call, x="bounced")
    assert "On hold" in render(call, x="on_hold")


def test_progress_polls_until_it_has_no_address(render):
    call = (
        '{% from "components/display.html" import progress %}'
        '{{ progress("p", "Importing", 3, 10, poll=poll) }}'
    )
    assert 'hx-get="/progress"' in render(call, poll="/progress")
    assert "hx-get" not in render(call, poll=None)


@pytest.mark.parametrize("layout", ["app", "bare", "public"])
def test_a_layout_needs_no_variable(render, layout):
    source = (
        f'{{% extends "layouts/{layout}.html" %}}'
        "{% block title %}Hello{% endblock %}"
    )
    assert "Hello" in render(source)
