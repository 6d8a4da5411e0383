"""A widget says who asks and why, and each version of it stays as people saw it."""

import re

import pytest
from sqlalchemy import func, select

from tests.factories import widgets as make
from webapp.core.db import db
from webapp.widgets import publishing, queries
from webapp.widgets.models import WidgetVersion


def _versions(widget):
    return db.session.scalar(
        select(func.count()).where(WidgetVersion.widget_id == widget.id)
    )


@pytest.mark.covers("consent-4")
@pytest.mark.parametrize("missing", ["legal_name", "address", "rights_email"])
def test_a_widget_without_its_controller_is_not_published(workspace, missing):
    setattr(workspace, missing, "")
    widget = make.widget(workspace, published=False)
    with pytest.raises(publishing.WidgetIsIncomplete):
        publishing.publish(widget, make.BASE_URL)


@pytest.mark.covers("consent-4")
@pytest.mark.parametrize("missing", ["purpose_text", "notice_text"])
def test_a_widget_without_purpose_or_notice_is_not_published(workspace, missing):
    target = make.mailing_list(workspace, **{missing: ""})
    widget = make.widget(workspace, target, published=False)
    with pytest.raises(publishing.WidgetIsIncomplete):
        publishing.publish(widget, make.BASE_URL)


@pytest.mark.covers("consent-1")
def test_no_box_is_ticked(workspace):
    html = queries.latest_version(make.widget(workspace)).html
    assert html.count('type="checkbox"') == 2
    assert "checked" not in html


@pytest.mark.covers("consent-3")
def test_opens_and_clicks_are_asked_each_by_its_own_box(workspace):
    html = queries.latest_version(make.widget(workspace)).html
    assert re.findall(r'type="checkbox" name="(\w+)"', html) == ["opens", "clicks"]
    only_clicks = make.widget(workspace, asks_opens=False)
    html = queries.latest_version(only_clicks).html
    assert re.findall(r'type="checkbox" name="(\w+)"', html) == ["clicks"]


@pytest.mark.covers("consent-7")
def test_publishing_again_without_a_visible_change_makes_no_version(workspace):
    widget = make.widget(workspace)
    publishing.publish(widget, make.BASE_URL)
    assert _versions(widget) == 1


@pytest.mark.covers("consent-7")
def test_a_visible_change_makes_a_version_and_leaves_the_first_as_it_was(workspace):
    widget = make.widget(workspace)
    first = queries.latest_version(widget).html
    widget.design = {**widget.design, "title": "Restons proches"}
    publishing.publish(widget, make.BASE_URL)
    kept = db.session.scalars(select(WidgetVersion).order_by(WidgetVersion.id)).all()
    assert kept[0].html == first
    assert "Restons proches" in kept[1].html


def test_words_of_the_marketer_cannot_become_markup(workspace):
    widget = make.widget(workspace, title='<img src=x onerror="alert(1)">')
    assert "<img" not in queries.latest_version(widget).html


def test_the_form_speaks_the_language_of_its_list(workspace):
    english = make.mailing_list(workspace, name="News", locale="en")
    assert (
        "E-mail address" in queries.latest_version(make.widget(workspace, english)).html
    )


def test_a_widget_that_goes_back_to_what_it_was_is_shown_as_it_was(workspace):
    widget = make.widget(workspace)
    first = queries.latest_version(widget)
    before = widget.design
    widget.design = {**before, "title": "Restons proches"}
    publishing.publish(widget, make.BASE_URL)
    widget.design = before
    publishing.publish(widget, make.BASE_URL)
    assert queries.latest_version(widget) is first
    assert not publishing.is_changed(widget)
    assert _versions(widget) == 2


@pytest.mark.parametrize(
    "change", [{"redirect": "https://shop.example/"}, {"display": "popup"}]
)
def test_what_is_not_written_in_the_form_takes_effect_once_published(workspace, change):
    widget = make.widget(workspace)
    widget.design = {**widget.design, **change}
    assert publishing.is_changed(widget)
    publishing.publish(widget, make.BASE_URL)
    assert queries.latest_version(widget).design.items() >= change.items()
    assert not publishing.is_changed(widget)


def test_a_second_language_has_a_version_of_its_own(workspace):
    said = {"title": "Stay close", "button": "Sign up"}
    widget = make.widget(workspace, translations={"en": said})
    french = queries.latest_version(widget)
    english = queries.latest_version(widget, "en")
    assert "Stay close" in english.html
    assert "E-mail address" in english.html
    assert english.design["locale"] == "en"
    assert queries.latest_version(widget, "de") is french
    assert not publishing.is_changed(widget)


def test_a_language_taken_away_is_no_longer_shown_and_stays_as_proof(workspace):
    widget = make.widget(workspace, translations={"en": {"title": "Stay close"}})
    widget.design = {**widget.design, "translations": {}}
    publishing.publish(widget, make.BASE_URL)
    assert "en" not in widget.showing
    assert _versions(widget) == 2
