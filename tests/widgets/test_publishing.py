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
