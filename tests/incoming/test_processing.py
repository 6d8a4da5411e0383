"""What came in is kept first and once, then read and acted on, and tried again where that fails."""

import pytest
from sqlalchemy import delete, select

from tests.factories import audience, sendings
from tests.incoming.test_mail_reading import mail
from webapp.campaigns.models import Deliverer
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.incoming import processing, reading, retaining, storing, tallies
from webapp.incoming.models import InboundEvent, MessageReport
from webapp.messages.models import Message, Status


@pytest.fixture
def anna(workspace):
    return audience.subscriber(workspace, audience.mailing_list(workspace))


@pytest.fixture
def message(workspace, anna):
    made = Message(
        workspace_id=workspace.id,
        kind="campaign",
        campaign_id=sendings.campaign(workspace, None).id,
        contact_id=anna.id,
        status=Status.SENT,
    )
    db.session.add(made)
    db.session.commit()
    return made


def come_in(raw, source="lmtp", key=b"", workspace_id=None):
    is_new = storing.store(source, key or raw, raw, workspace_id)
    db.session.commit()
    return is_new


def events():
    db.session.expire_all()
    return list(db.session.scalars(select(InboundEvent).order_by(InboundEvent.id)))


def report(name, message):
    return mail(name, message.id)


@pytest.mark.covers("delivery-38")
def test_a_delivery_report_suppresses_an_address_that_does_not_exist(
    workspace, anna, message, worker
):
    come_in(report("postfix_unknown_user", message))
    worker()
    assert suppression.reason_for(workspace, anna.email) == "hard_bounce"
    assert db.session.get(Message, message.id).status == Status.BOUNCED
    [event] = events()
    assert event.processed_at is not None
    assert event.workspace_id == workspace.id


def test_a_report_that_is_faster_than_the_note_that_it_left_waits_for_it(message):
    """The server answered, and the deliverer has not written it down yet."""
    message.status = Status.PENDING
    deliverer = Deliverer(
        lease="mine",
        campaign_id=message.campaign_id,
        provider="other",
        lane_id=0,
        in_flight=[message.id],
        until=clock.ahead(minutes=1),
    )
    db.session.add(deliverer)
    come_in(report("postfix_unknown_user", message))
    [event] = events()
    processing.process(event.id)
    assert (event.processed_at, event.attempts) == (None, 0)
    db.session.delete(deliverer)
    message.status = Status.SENT
    db.session.commit()
    processing.process(event.id)
    assert event.processed_at is not None
    assert message.status == Status.BOUNCED


@pytest.mark.covers("delivery-42")
def test_the_same_thing_is_kept_once(message, worker):
    raw = report("postfix_unknown_user", message)
    assert [come_in(raw) for _ in range(3)] == [True, False, False]
    worker()
    assert len(events()) == 1


def test_what_two_workspaces_call_alike_is_kept_for_both(app, workspace):
    assert come_in(b"{}", "postmark", b"1", workspace.id)
    assert come_in(b"{}", "postmark", b"1", None)


@pytest.mark.covers("delivery-42")
def test_an_event_is_acted_on_once(message, worker):
    come_in(report("postfix_delayed", message))
    worker()
    [event] = events()
    processing.process(event.id)
    assert len(list(db.session.scalars(select(MessageReport)))) == 1


@pytest.mark.covers("delivery-40")
def test_a_redacted_complaint_takes_the_person_off(workspace, anna, message, worker):
    come_in(report("arf_redacted", message))
    worker()
    assert suppression.reason_for(workspace, anna.email) == "complaint"


@pytest.mark.covers("delivery-39")
def test_a_forged_return_path_is_ignored_and_counted(workspace, anna, message, worker):
    come_in(mail("forged_return_path"))
    worker()
    assert tallies.since(1)[tallies.What.FORGED] == 1
    assert list(db.session.scalars(select(MessageReport))) == []
    assert suppression.tallies(workspace) == []


@pytest.mark.covers("delivery-44")
@pytest.mark.parametrize("name", ["vacation", "challenge_mailinblack"])
def test_an_auto_reply_is_counted_and_not_kept(message, worker, name):
    come_in(report(name, message))
    worker()
    [event] = events()
    assert bytes(event.raw) == b""
    assert tallies.since(1)[tallies.What.AUTO_REPLY] == 1
    assert db.session.get(Message, message.id).status == Status.SENT


def test_what_fails_is_tried_again_and_nothing_of_it_is_done(
    workspace, anna, message, monkeypatch, stopped_clock
):
    come_in(report("postfix_unknown_user", message))
    [event] = events()
    number = event.id

    def fails(*_arguments, **_more):
        raise RuntimeError

    monkeypatch.setattr(processing.acting.tallies, "add", fails)
    monkeypatch.setitem(
        reading.READERS,
        "lmtp",
        lambda raw: [*reading.mail_reading.read(raw), reading.Report("unknown")],
    )
    processing.process(number)
    [event] = events()
    assert (event.attempts, event.problem) == (1, "RuntimeError")
    assert event.processed_at is None
    assert suppression.reason_for(workspace, anna.email) is None
    monkeypatch.undo()
    processing.process(number)
    [event] = events()
    assert (event.problem, suppression.reason_for(workspace, anna.email)) == (
        "",
        "hard_bounce",
    )


def test_what_the_broker_lost_is_found_again(app, message, worker, stopped_clock):
    come_in(report("postfix_delayed", message))
    app.extensions["broker"].flush_all()
    with clock.stopped(clock.ahead(minutes=2)):
        processing.process_waiting()
        worker()
    assert events()[0].processed_at is not None


def test_what_fails_for_good_is_left_for_somebody_to_look_at(
    app, message, stopped_clock
):
    come_in(report("postfix_delayed", message))
    [event] = events()
    event.attempts = processing.MOST_ATTEMPTS
    db.session.commit()
    app.extensions["broker"].flush_all()
    with clock.stopped(clock.ahead(days=2)):
        processing.process_waiting()
        db.session.commit()
    assert app.extensions["broker"].queues["default"].qsize() == 0


def test_the_mail_is_emptied_after_thirty_days_and_forgotten_after_half_a_year(
    message, worker, stopped_clock
):
    come_in(report("postfix_delayed", message))
    worker()
    for days, left in ((29, True), (31, False)):
        with clock.stopped(clock.ahead(days=days)):
            retaining.purge()
        assert bool(events()[0].raw) is left
    with clock.stopped(clock.ahead(days=181)):
        retaining.purge()
    assert events() == []


def test_when_a_person_is_erased_the_mail_about_them_is_emptied(anna, message, worker):
    come_in(report("postfix_delayed", message))
    worker()
    assert events()[0].raw
    db.session.execute(delete(Contact).where(Contact.id == anna.id))
    assert bytes(events()[0].raw) == b""
