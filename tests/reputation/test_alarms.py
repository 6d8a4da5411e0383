"""A provider that refuses us, a lane that is closed: shown, mailed once, and over by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import accounts, mailings
from webapp.core import clock, events
from webapp.core.db import db
from webapp.deliverability.models import MailServer
from webapp.incoming.events import PolicyRefusal
from webapp.lanes.models import Lane
from webapp.messages.models import Kind, Message
from webapp.reputation import alarms
from webapp.reputation.models import SendingAlarm

HOME = "/w/maison-tilleul/"


@pytest.fixture
def shop(workspace):
    accounts.member(workspace, role="owner", email="patronne@maison-tilleul.example")
    db.session.commit()
    return workspace


def refuse(workspace, times=3, provider="orange", text="5.7.1 no"):
    for _ in range(times):
        events.publish(PolicyRefusal(workspace.id, 1, provider, text))
    db.session.commit()


def look():
    alarms.look()
    db.session.commit()


def mails():
    return db.session.scalars(select(Message).where(Message.kind == Kind.SYSTEM)).all()


def close_lane(server_id=None, **changes):
    values = {
        "provider": "google",
        "connections": 5,
        "messages_per_connection": 50,
        "day": clock.now().date(),
        "closed_until": clock.ahead(minutes=30),
        "words": "4.7.28 slow down",
        **changes,
    }
    lane = Lane(mail_server_id=server_id, **values)
    db.session.add(lane)
    db.session.commit()
    return lane


def server_of(workspace):
    server = MailServer(
        workspace_id=workspace.id,
        name="Relais",
        kind="smtp",
        host="smtp.example.com",
        port=587,
        security="starttls",
        username="",
        secret_encrypted="",
        options={},
        weight=100,
        is_active=True,
    )
    db.session.add(server)
    db.session.flush()
    return server


@pytest.mark.covers("delivery-37")
def test_three_refusals_of_us_ring_and_two_do_not(shop):
    refuse(shop, times=2)
    assert alarms.open_alarms(shop) == []
    refuse(shop, times=1)
    (alarm,) = alarms.open_alarms(shop)
    assert (alarm.kind, alarm.provider, alarm.times) == ("refused", "orange", 3)


def test_the_owners_are_written_to_once_a_day_at_most(shop, stopped_clock):
    refuse(shop)
    look()
    assert len(mails()) == 1
    refuse(shop, times=50)
    refuse(shop, provider="free")
    look()
    assert len(mails()) == 1
    with clock.stopped(clock.ahead(hours=23)):
        refuse(shop, provider="free")
        look()
        assert len(mails()) == 1
    with clock.stopped(clock.ahead(hours=25)):
        look()
        assert len(mails()) == 2
        assert "Free" in str(mails()[-1].content)


def test_a_provider_that_takes_our_mail_again_is_forgotten_in_a_day(
    shop, stopped_clock
):
    refuse(shop)
    with clock.stopped(clock.ahead(hours=25)):
        look()
        assert alarms.open_alarms(shop) == []
        refuse(shop)
        assert len(alarms.open_alarms(shop)) == 1


def test_a_closed_lane_rings_for_whoever_has_the_server(shop):
    other = accounts.workspace(slug="ailleurs")
    close_lane(server_of(shop).id)
    look()
    assert [alarm.kind for alarm in alarms.open_alarms(shop)] == ["lane"]
    assert alarms.open_alarms(other) == []


def test_a_closed_lane_of_the_installation_rings_for_whoever_is_sending(shop):
    quiet = accounts.workspace(slug="ailleurs")
    mailings.campaign(shop)
    close_lane()
    look()
    assert len(alarms.open_alarms(shop)) == 1
    assert alarms.open_alarms(quiet) == []


def test_a_lane_that_opens_again_in_a_moment_rings_nobody(shop):
    close_lane(server_of(shop).id, closed_until=clock.ahead(minutes=2))
    look()
    assert alarms.open_alarms(shop) == []


def test_the_alarm_of_a_lane_ends_when_it_is_open(shop, stopped_clock):
    lane = close_lane(server_of(shop).id)
    look()
    lane.closed_until = None
    db.session.commit()
    with clock.stopped(clock.now() + timedelta(hours=1)):
        look()
        assert alarms.open_alarms(shop) == []
        assert db.session.scalars(select(SendingAlarm)).one().closed_at


def test_the_first_page_and_the_page_of_figures_show_it(shop, sign_in):
    refuse(shop, text="5.7.1 we do not know you")
    browser = sign_in(accounts.member(shop, role="viewer"))
    for page in (HOME, f"{HOME}deliverability/"):
        shown = browser.get(page).get_data(as_text=True)
        assert "Orange, Wanadoo refuses your mail" in shown
        assert "we do not know you" in shown


def test_the_mail_can_be_read(shop, worker, outbox):
    refuse(shop)
    look()
    worker()
    (sent,) = outbox.outbox
    assert b"Orange" in sent.body


def test_words_that_anybody_may_have_written_lead_nowhere(shop, worker, outbox):
    refuse(shop, text="5.7.1 see https://evil.example/sign-in or www.evil.example now")
    look()
    worker()
    (sent,) = outbox.outbox
    assert b"5.7.1 see" in sent.body
    assert b"evil" not in sent.body
