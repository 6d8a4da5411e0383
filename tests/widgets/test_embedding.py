"""What is pasted into a site fits how the widget comes to people."""

import pytest

from tests.factories import widgets as make
from webapp.widgets import embedding, publishing, queries


def _code(workspace, **design):
    widget = make.widget(workspace, opener="La lettre", **design)
    code = embedding.code(widget, queries.latest_version(widget), make.BASE_URL)
    return widget, code


def test_a_form_in_the_page_works_with_script_and_without(workspace):
    widget, code = _code(workspace)
    form = queries.latest_version(widget).html
    assert form in code.script
    assert code.plain == form
    assert f'<volontiers-form form="{widget.public_id}">' in code.script
    assert "/embed/v1.js" in code.script


@pytest.mark.parametrize("display", ["popup", "slide_in"])
def test_what_comes_over_the_page_is_a_link_without_script(workspace, display):
    _widget, code = _code(workspace, display=display)
    assert "<form" not in code.script
    assert f'<noscript><a href="{code.address}">La lettre</a></noscript>' in code.script
    assert code.plain == ""


def test_what_opens_by_a_button_brings_that_button(workspace):
    widget, code = _code(workspace, display="popup", trigger="click")
    opens = f'<a href="{code.address}" data-volontiers-open="{widget.public_id}">'
    assert f"{opens}La lettre</a>" in code.script


@pytest.mark.parametrize("display", ["page", "kiosk"])
def test_what_stands_on_a_page_of_ours_needs_no_code(workspace, display):
    widget, code = _code(workspace, display=display)
    assert (code.script, code.plain) == ("", "")
    assert code.address.endswith(f"/f/{widget.public_id}")


def test_the_words_of_the_marketer_cannot_become_markup(workspace):
    widget = make.widget(workspace, display="popup", opener='"><script>')
    publishing.publish(widget, make.BASE_URL)
    code = embedding.code(widget, queries.latest_version(widget), make.BASE_URL)
    assert code.script.count("<script") == 1
