"""The page of a widget tells what it brought, and how to use it."""

import csv
import io

import pytest
from sqlalchemy import select, update

from tests.factories import rewards as make_rewards
from tests.factories import widgets as make
from webapp.accounts.models import AuditEntry
from webapp.core import clock
from webapp.core.db import db
from webapp.rewards.models import RewardKind
from webapp.subscriptions.models import MailingList
from webapp.widgets.models import WidgetDay

AT = "/w/maison-tilleul/widgets"


@pytest.fixture
def made(workspace):
    """made(**design) is a published widget that 200 people saw and 15 confirmed."""

    def make_(**design):
        widget = make.widget(workspace, **design)
        db.session.add(
            WidgetDay(
                widget_id=widget.id,
                day=clock.now().date(),
                shown=200,
                started=50,
                submitted=20,
                confirmed=15,
            )
        )
        db.session.commit()
        return widget

    return make_


def _page(browser, widget, query=""):
    return browser.get(f"{AT}/{widget.id}{query}").get_data(as_text=True)


def test_each_step_tells_its_share_of_the_one_before(viewer, made):
    page = _page(viewer, made())
    for share in ("25.0", "40.0", "75.0"):
        assert share in page
    assert "15 of 20 sign-ups" in page


def test_what_was_before_the_last_thirty_days_counts_in_all(viewer, made):
    widget = made()
    long_ago = clock.now().date().replace(year=clock.now().year - 1)
    db.session.add(WidgetDay(widget_id=widget.id, day=long_ago, shown=800))
    db.session.commit()
    assert "1,000" not in _page(viewer, widget)
    assert "1,000" in _page(viewer, widget, "?period=ever")


@pytest.mark.parametrize(
    ("display", "where"),
    [
        ("inline", "Custom HTML"),
        ("popup", "layout/theme.liquid"),
        ("slide_in", "layout/theme.liquid"),
    ],
)
def test_each_code_comes_with_where_to_paste_it(viewer, made, display, where):
    page = _page(viewer, made(display=display))
    assert where in page
    for maker in ("WordPress", "Shopify", "PrestaShop"):
        assert maker in page


def test_a_page_of_its_own_gives_its_address_and_no_code(viewer, made):
    widget = made(display="page")
    page = _page(viewer, widget)
    assert f"/f/{widget.public_id}" in page
    assert "/embed/v1.js" not in page


def test_a_draft_has_no_code_yet(viewer, workspace):
    widget = make.widget(workspace, published=False)
    db.session.commit()
    page = _page(viewer, widget)
    assert "This is a draft." in page
    assert "/embed/v1.js" not in page


def test_the_figures_of_each_day_can_be_taken_away(editor, made):
    widget = made()
    answer = editor.get(f"{AT}/{widget.id}/figures.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[1:] == [[clock.now().date().isoformat(), "200", "50", "20", "15"]]
    assert (
        "widget.figures_exported"
        in db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    )


def test_who_may_not_export_takes_no_figures_away(viewer, made):
    widget = made()
    assert viewer.get(f"{AT}/{widget.id}/figures.csv").status_code == 403
    assert "figures.csv" not in _page(viewer, widget)


def test_a_second_language_comes_with_how_to_ask_for_it(viewer, made):
    said = {"title": "Stay close", "button": "Sign up"}
    page = _page(viewer, made(translations={"en": said}))
    assert "It speaks Français, English." in page
    assert "lang=&#34;en&#34;" in page
    assert "It speaks" not in _page(viewer, made())


def test_a_reward_that_nobody_is_given_is_said(viewer, workspace, made):
    reward = make_rewards.reward(workspace, RewardKind.FILE)
    page = _page(viewer, made(reward=reward.id))
    assert "is not given" in page
    assert f"/rewards/{reward.id}" in page


def test_a_form_that_borrows_sentences_from_another_language_is_said(
    owner, workspace, made
):
    widget = made(translations={"en": {"title": "Our letter", "button": "Sign me up"}})
    assert "mixes two languages" in _page(owner, widget)
    mailing_list = db.session.get(MailingList, widget.mailing_list_id)
    mailing_list.texts = {"en": {"purpose": "I agree.", "notice": "We are the shop."}}
    db.session.commit()
    assert "mixes two languages" not in _page(owner, widget)


def test_where_nobody_can_tell_who_started_sign_ups_are_a_share_of_those_who_saw(
    viewer, made
):
    widget = made(display="page")
    db.session.execute(update(WidgetDay).values(started=0))
    db.session.commit()
    page = _page(viewer, widget)
    assert "10.0" in page
    assert "Started" not in page
