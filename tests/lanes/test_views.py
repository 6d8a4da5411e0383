"""The page of the lanes: how each is, in plain words, and what may be changed."""

import dataclasses

import pytest
from sqlalchemy import select, update

from webapp.accounts.models import AuditEntry
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.models import MailServer, ServerKind
from webapp.lanes import offers, reasons, recommended, warming
from webapp.lanes.models import WHOLE_SERVER, Lane

PAGE = "/w/maison-tilleul/settings/sending/lanes/"


@pytest.fixture
def server(workspace):
    """A mail server of the workspace, that has handed mail to Google."""
    made = MailServer(workspace_id=workspace.id, name="OVH", host="ssl0.ovh.net")
    db.session.add(made)
    db.session.flush()
    offers.take(offers.lane_of(made.id, "google"), 120)
    db.session.commit()
    return made


@pytest.fixture
def installation(app, settings):
    """The installation has a mail server of its own."""
    app.extensions["settings"] = dataclasses.replace(
        settings, smtp_url="smtp://relay.example"
    )
    yield
    app.extensions["settings"] = settings


def lane(server_id, provider="google"):
    return db.session.scalar(
        select(Lane)
        .where(
            Lane.mail_server_id.is_not_distinct_from(server_id),
            Lane.provider == provider,
        )
        .execution_options(populate_existing=True)
    )


def change(server_id, provider="google", **values):
    db.session.execute(
        update(Lane)
        .where(
            Lane.mail_server_id.is_not_distinct_from(server_id),
            Lane.provider == provider,
        )
        .values(**values)
    )
    db.session.commit()


def actions():
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_without_a_mail_server_the_page_says_what_it_will_show(owner):
    assert "No mail server yet" in owner.get(PAGE).text


def test_a_lane_shows_what_left_today_and_what_may(owner, server):
    page = owner.get(PAGE).text
    assert "Gmail, Google Workspace" in page
    assert "120" in page
    assert "5 connections, 50 messages each" in page


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"share": 100}, "Takes mail"),
        ({"share": 50, "slowed_from": 600.0}, "Slowed down to 50 %"),
        ({"connections_now": 2}, "Fewer connections for now"),
        ({"closings": 1}, "One message tries"),
        ({"daily_cap": 120}, "Done for today"),
        ({"closings": 1, "closed_until": clock.ahead(days=1)}, "Closed"),
    ],
)
def test_a_lane_says_how_it_is(owner, server, values, shown):
    change(server.id, **values)
    assert f">{shown}</span>" in owner.get(PAGE).text


def test_a_closed_lane_says_why_in_the_provider_s_words(owner, server):
    change(
        server.id,
        closed_until=clock.ahead(minutes=10),
        reason=reasons.RATE,
        words="unusual <rate>",
    )
    page = owner.get(PAGE).text
    assert "The provider wants fewer messages from us for a while." in page
    assert "unusual &lt;rate&gt;" in page


def test_the_figures_renew_themselves(owner, server):
    assert f'hx-get="{PAGE}{server.id}/figures"' in owner.get(PAGE).text
    change(server.id, taken_today=4321)
    assert "4,321" in owner.get(f"{PAGE}{server.id}/figures").text


def test_a_lane_is_adjusted_and_goes_back_to_what_is_recommended(owner, server):
    terms = {
        "connections": 3,
        "messages_per_connection": 20,
        "per_minute": 60,
        "daily_cap": "",
    }
    owner.post(f"{PAGE}{server.id}/google", data=terms)
    changed = lane(server.id)
    assert (changed.connections, changed.per_minute, changed.daily_cap) == (3, 60, None)
    assert (
        "Go back to what is recommended" in owner.get(f"{PAGE}{server.id}/google").text
    )
    owner.post(f"{PAGE}{server.id}/google/recommended")
    again = lane(server.id)
    assert again.connections == recommended.BY_PROVIDER["google"].connections
    assert (again.per_minute, again.is_adjusted) == (None, False)
    assert actions() == ["lane.adjusted", "lane.as_recommended"]


def test_a_lane_is_adjusted_before_anything_left_by_it(owner, server):
    terms = {"connections": 1, "messages_per_connection": 10}
    owner.post(f"{PAGE}{server.id}/free", data=terms)
    assert offers.grants(server.id, ["free"])[0].connections == 1


@pytest.mark.parametrize(
    "wrong", [{"connections": 0}, {"per_minute": 0}, {"daily_cap": -1}]
)
def test_what_makes_no_sense_is_not_kept(owner, server, wrong):
    terms = {"connections": 3, "messages_per_connection": 20, **wrong}
    answer = owner.post(f"{PAGE}{server.id}/google", data=terms)
    assert answer.status_code == 422
    assert not lane(server.id).is_adjusted


def test_the_quota_of_a_mail_provider_is_entered_for_the_whole_server(owner, server):
    owner.post(f"{PAGE}{server.id}/all", data={"daily_cap": 150})
    google = offers.lane_of(server.id, "google")
    assert offers.take(google, 500) == 150


def test_a_closed_lane_is_opened_again_by_hand(owner, server):
    change(server.id, closings=3, closed_until=clock.ahead(hours=9), share=10)
    owner.post(f"{PAGE}{server.id}/google/open")
    assert offers.grants(server.id, ["google"])[0].most > 1
    assert actions() == ["lane.opened"]


def test_a_warm_up_is_started_and_stopped(owner, server):
    owner.post(f"{PAGE}{server.id}/warm-up")
    assert "Warm-up: day 1 of 16" in owner.get(PAGE).text
    (free,) = offers.grants(server.id, ["free"])
    assert free.most <= warming.PLAN[0]
    assert offers.take(free.lane_id, 1000) <= warming.PLAN[0]
    owner.post(f"{PAGE}{server.id}/warm-up/stop")
    assert lane(server.id).warm_up_from is None
    assert actions() == ["lane.warm_up_started", "lane.warm_up_stopped"]


def test_a_server_that_is_warm_says_so(owner, server):
    owner.post(f"{PAGE}{server.id}/warm-up")
    change(server.id, warm_up_step=len(warming.PLAN))
    assert "Warmed up: nothing is held back." in owner.get(PAGE).text


def test_a_service_needs_no_warm_up(owner, server):
    server.kind = ServerKind.SES
    db.session.commit()
    assert "Start the warm-up" not in owner.get(PAGE).text


def test_the_installation_s_server_is_adjusted_by_who_owns_a_shop(owner, installation):
    assert "Server of this installation" in owner.get(PAGE).text
    owner.post(f"{PAGE}0/{WHOLE_SERVER}", data={"daily_cap": 1000})
    assert lane(None, WHOLE_SERVER).daily_cap == 1000


def test_the_installation_s_server_is_not_the_demonstration_s(
    owner, workspace, installation
):
    workspace.is_demo = True
    db.session.commit()
    page = owner.get(PAGE).text
    assert "This is a demonstration" in page
    assert "Server of this installation" not in page
    assert owner.post(f"{PAGE}0/google/open").status_code == 404


def test_nobody_reaches_the_lanes_of_another_workspace(stranger, owner, server):
    for path in (f"{server.id}/figures", f"{server.id}/google"):
        assert stranger.get(f"{PAGE}{path}").status_code == 404
        assert (
            stranger.get(f"/w/ailleurs/settings/sending/lanes/{path}").status_code
            == 404
        )
    stranger.post(f"/w/ailleurs/settings/sending/lanes/{server.id}/google/open")
    assert actions() == []


def test_an_editor_does_not_see_the_lanes(editor, server):
    assert editor.get(PAGE).status_code == 403


def test_a_provider_nobody_knows_has_no_lane(owner, server):
    assert owner.get(f"{PAGE}{server.id}/nobody").status_code == 404
    assert owner.post(f"{PAGE}{server.id}/nobody/open").status_code == 404
