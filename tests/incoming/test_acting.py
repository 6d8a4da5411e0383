"""What comes back takes effect: on the message, on the person, on nobody else."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories import accounts, audience, sendings
from webapp.consent import ledger
from webapp.consent.models import Purpose, State
from webapp.contacts import editing
from webapp.core import clock, events
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.transports import Outcome, Result, Stage
from webapp.incoming import acting, former_addresses, refusals
from webapp.incoming.events import PolicyRefusal
from webapp.incoming.models import MessageReport
from webapp.incoming.reports import Kind, Report
from webapp.lanes import offers
from webapp.messages import outcomes
from webapp.messages.models import Message, Status

TUESDAY = datetime(2026, 11, 10, 8, tzinfo=UTC)
NO_SUCH_USER = {"code": 550, "enhanced": "5.1.1", "text": "User unknown"}
FULL = {"code": 552, "enhanced": "5.2.2", "text": "Mailbox full"}
NO_DOMAIN = {"enhanced": "5.4.4", "text": "Host or domain name not found"}
NULL_MX = {"code": 556, "enhanced": "5.1.10", "text": "Recipient address has null MX"}
BLOCKED = {
    "code": 554,
    "enhanced": "5.7.1",
    "text": "Client host blocked using zen.spamhaus.org",
}


@pytest.fixture
def mailing(workspace):
    return audience.mailing_list(workspace)


@pytest.fixture
def anna(workspace, mailing):
    return audience.subscriber(workspace, mailing)


@pytest.fixture
def letter(workspace, mailing):
    return sendings.campaign(workspace, mailing)


@pytest.fixture
def sent(workspace, anna, letter):
    """sent() is a message to Anna that left; each one of a campaign of its own."""

    def send(at=None, status=Status.SENT, **changes):
        copy = sendings.campaign(workspace, None)
        copy.mailing_list_id = letter.mailing_list_id
        values = {
            "kind": "campaign",
            "campaign_id": copy.id,
            "contact_id": anna.id,
            "dated_at": at or clock.now(),
            "finished_at": at or clock.now(),
            **changes,
        }
        message = Message(workspace_id=workspace.id, status=status, **values)
        db.session.add(message)
        db.session.flush()
        return message

    return send


def hear(message, kind=Kind.BOUNCE, by=None, **said):
    acting.act(Report(kind, message.id, **said), by)
    db.session.flush()
    db.session.expire_all()


def reason(workspace, anna):
    return suppression.reason_for(workspace, anna.email)


def state(anna, mailing):
    purpose = db.session.get(Purpose, mailing.purpose_id)
    return ledger.state_of(anna, purpose).state


def reports():
    return [row.kind for row in db.session.scalars(select(MessageReport))]


@pytest.mark.covers("delivery-38")
def test_an_address_that_does_not_exist_is_suppressed_at_once(workspace, anna, sent):
    message = sent()
    hear(message, **NO_SUCH_USER)
    assert reason(workspace, anna) == "hard_bounce"
    assert (message.status, message.reason) == ("bounced", "invalid_recipient")
    assert (message.smtp_code, message.smtp_reply) == (550, "User unknown")


def test_the_line_on_the_suppression_list_says_which_campaign_found_out(
    workspace, anna, sent
):
    message = sent()
    hear(message, **NO_SUCH_USER)
    line = suppression.look_up(workspace, anna.email)
    assert (line.origin, line.campaign_id) == ("report", message.campaign_id)


def test_who_bounced_stays_on_the_list_they_are_on(anna, mailing, sent):
    hear(sent(), **NO_SUCH_USER)
    assert state(anna, mailing) == State.GIVEN


@pytest.mark.covers("delivery-37")
def test_a_refusal_of_what_we_are_suppresses_nobody_and_is_told(workspace, anna, sent):
    told = []
    events.listen(PolicyRefusal, told.append)
    message = sent(provider="orange")
    hear(message, **BLOCKED)
    assert reason(workspace, anna) is None
    assert message.status == Status.BOUNCED
    assert told == [PolicyRefusal(workspace.id, message.id, "orange", BLOCKED["text"])]


@pytest.mark.covers("delivery-37")
def test_any_number_of_refusals_of_what_we_are_suppress_nobody(workspace, anna, sent):
    for day in range(0, 60, 10):
        hear(sent(TUESDAY - timedelta(days=day)), **BLOCKED)
    assert reason(workspace, anna) is None


@pytest.mark.covers("delivery-38")
@pytest.mark.parametrize(
    ("days", "suppressed"),
    [
        ([20, 10, 0], "soft_bounces"),
        ([14, 7, 0], None),
        ([20, 0], None),
        ([40, 30, 20, 10, 0], "soft_bounces"),
    ],
)
def test_a_full_mailbox_is_suppressed_after_three_times_in_fifteen_days(
    workspace, anna, sent, stopped_clock, days, suppressed
):
    messages = [sent(TUESDAY - timedelta(days=day)) for day in days]
    for message in messages:
        hear(message, **FULL)
    assert reason(workspace, anna) == suppressed


def test_the_order_in_which_soft_bounces_come_makes_no_difference(
    workspace, anna, sent, stopped_clock
):
    messages = [sent(TUESDAY - timedelta(days=day)) for day in (20, 10, 0)]
    for message in reversed(messages):
        hear(message, **FULL)
    assert reason(workspace, anna) == "soft_bounces"


def test_a_message_that_arrived_in_between_begins_the_count_anew(
    workspace, anna, sent, stopped_clock
):
    days = {30: FULL, 20: FULL, 10: None, 0: FULL}
    for day, said in days.items():
        message = sent(TUESDAY - timedelta(days=day))
        if said:
            hear(message, **said)
    assert reason(workspace, anna) is None


def test_a_message_that_left_yesterday_proves_no_mailbox(
    workspace, anna, sent, stopped_clock
):
    sent(TUESDAY - timedelta(days=1))
    for day in (30, 20, 10):
        hear(sent(TUESDAY - timedelta(days=day)), **FULL)
    assert reason(workspace, anna) == "soft_bounces"


def test_a_domain_that_the_dns_does_not_know_is_looked_at_twice_a_day_apart(
    workspace, anna, sent, stopped_clock
):
    hear(sent(), at=TUESDAY - timedelta(days=2), **NO_DOMAIN)
    assert reason(workspace, anna) is None
    hear(sent(), at=TUESDAY - timedelta(days=2, hours=-3), **NO_DOMAIN)
    assert reason(workspace, anna) is None
    hear(sent(), at=TUESDAY, **NO_DOMAIN)
    assert reason(workspace, anna) == "hard_bounce"


def test_a_domain_that_says_it_takes_no_mail_is_believed_at_once(workspace, anna, sent):
    hear(sent(), **NULL_MX)
    assert reason(workspace, anna) == "hard_bounce"


@pytest.mark.covers("delivery-42")
def test_a_bounce_told_twice_has_one_effect(workspace, anna, sent):
    message = sent()
    hear(message, **NO_SUCH_USER)
    first = suppression.look_up(workspace, anna.email).created_at
    hear(message, **NO_SUCH_USER)
    assert reports() == ["bounce"]
    assert suppression.look_up(workspace, anna.email).created_at == first


@pytest.mark.covers("delivery-42")
@pytest.mark.parametrize(
    "order",
    list(itertools.permutations(["delivered", "bounce", "complaint", "unsubscribe"])),
    ids=",".join,
)
def test_the_order_of_what_comes_back_makes_no_difference(
    workspace, anna, mailing, sent, order
):
    message = sent()
    for kind in order:
        hear(message, Kind(kind), **(NO_SUCH_USER if kind == "bounce" else {}))
    assert reason(workspace, anna) == "complaint"
    assert state(anna, mailing) == State.WITHDRAWN
    assert message.status == Status.BOUNCED
    assert sorted(reports()) == ["bounce", "complaint", "unsubscribe"]


@pytest.mark.parametrize("order", [(FULL, NO_SUCH_USER), (NO_SUCH_USER, FULL)])
def test_of_two_refusals_of_one_message_the_graver_stands(workspace, anna, sent, order):
    message = sent()
    for said in order:
        hear(message, **said)
    [report] = db.session.scalars(select(MessageReport))
    assert report.category == "invalid_recipient"
    assert reason(workspace, anna) == "hard_bounce"


@pytest.mark.covers("delivery-42")
def test_a_late_delivery_lifts_nothing(workspace, anna, mailing, sent):
    message = sent()
    hear(message, Kind.COMPLAINT)
    hear(message, Kind.DELIVERED)
    assert reason(workspace, anna) == "complaint"
    assert state(anna, mailing) == State.WITHDRAWN


@pytest.mark.covers("delivery-40")
def test_a_complaint_takes_off_the_list_and_suppresses(
    workspace, anna, mailing, sent, outbox
):
    message = sent()
    hear(message, Kind.COMPLAINT)
    purpose = db.session.get(Purpose, mailing.purpose_id)
    said = ledger.state_of(anna, purpose)
    assert (said.state, said.method) == (State.WITHDRAWN, "complaint")
    assert ledger.history(anna)[0].message_id == message.id
    assert reason(workspace, anna) == "complaint"


def test_nobody_is_written_to_about_their_complaint(anna, sent):
    message = sent()
    hear(message, Kind.COMPLAINT)
    assert list(db.session.scalars(select(Message.id))) == [message.id]


def test_unsubscribing_by_the_provider_leaves_that_list_alone(
    workspace, anna, mailing, sent
):
    other = audience.mailing_list(workspace, "L’autre lettre")
    audience.say(anna, other)
    hear(sent(), Kind.UNSUBSCRIBE)
    assert state(anna, mailing) == State.WITHDRAWN
    assert state(anna, other) == State.GIVEN
    assert reason(workspace, anna) is None


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        (Kind.DELIVERED, Status.SENT),
        (Kind.DELAYED, Status.SENT),
        (Kind.BOUNCE, Status.BOUNCED),
    ],
)
def test_what_was_uncertain_becomes_known(sent, kind, becomes):
    message = sent(status=Status.UNCERTAIN)
    hear(message, kind)
    assert message.status == becomes


def test_a_bounce_that_is_faster_than_our_note_stands(sent):
    message = sent(status=Status.SENDING, finished_at=None, leased_by="somebody")
    hear(message, **NO_SUCH_USER)
    assert (message.status, message.leased_by) == (Status.BOUNCED, None)
    assert message.finished_at is not None


@pytest.mark.parametrize("status", [Status.PENDING, Status.SKIPPED, Status.FAILED])
def test_a_message_that_did_not_leave_is_not_moved(sent, status):
    message = sent(status=status)
    hear(message, **NO_SUCH_USER)
    assert message.status == status


@pytest.mark.covers("delivery-44")
@pytest.mark.parametrize("kind", [Kind.AUTO_REPLY, Kind.UNKNOWN])
def test_answers_of_machines_count_for_nothing(workspace, anna, sent, kind):
    message = sent()
    hear(message, kind, **NO_SUCH_USER)
    assert message.status == Status.SENT
    assert reports() == []
    assert reason(workspace, anna) is None


def test_what_comes_back_from_a_former_address_says_nothing_of_todays(
    workspace, anna, sent, stopped_clock
):
    message = sent(TUESDAY - timedelta(days=1))
    editing.move(workspace, anna, "nouvelle@example.org", "contact.changed")
    hear(message, **NO_SUCH_USER)
    assert message.status == Status.BOUNCED
    assert suppression.reason_for(workspace, "nouvelle@example.org") is None


def test_a_workspace_speaks_of_its_own_messages_alone(workspace, anna, sent):
    stranger = accounts.workspace(slug="ailleurs")
    message = sent()
    acting.act(Report(Kind.BOUNCE, message.id, **NO_SUCH_USER), stranger)
    assert message.status == Status.SENT
    assert reason(workspace, anna) is None


def test_a_service_that_proved_who_it_is_may_name_the_person(workspace, anna, sent):
    message = sent()
    acting.act(Report(Kind.COMPLAINT, address=anna.email.upper()), workspace)
    assert reason(workspace, anna) == "complaint"
    assert ledger.history(anna)[0].message_id == message.id


def test_an_address_alone_names_nobody_where_nobody_proved_anything(
    workspace, anna, sent
):
    sent()
    acting.act(Report(Kind.COMPLAINT, address=anna.email), None)
    assert reason(workspace, anna) is None


@pytest.mark.covers("delivery-38")
def test_what_servers_refuse_while_we_send_counts_the_same(workspace, anna, sent):
    sent(
        status=Status.BOUNCED,
        smtp_code=550,
        smtp_reply="5.1.1 User unknown",
    )
    refusals.take()
    assert reason(workspace, anna) == "hard_bounce"
    assert reports() == ["bounce"]


def test_what_the_sender_found_out_is_not_guessed_again(workspace, anna, sent):
    sent(
        status=Status.BOUNCED,
        reason="policy",
        smtp_code=550,
        smtp_reply="5.1.1 User unknown",
    )
    refusals.take()
    assert reason(workspace, anna) is None


def test_refusals_are_taken_handful_by_handful(workspace, mailing, sent, worker):
    refusals.HANDFUL, before = 2, refusals.HANDFUL
    try:
        for _ in range(5):
            sent(status=Status.BOUNCED, smtp_code=550, smtp_reply="5.1.1 User unknown")
        refusals.take()
        worker()
    finally:
        refusals.HANDFUL = before
    assert len(reports()) == 5


def test_a_contact_that_was_never_written_to_has_no_address_before(workspace):
    contact = audience.contact(workspace)
    editing.move(workspace, contact, "nouvelle@example.org", "contact.changed")
    assert db.session.get(former_addresses.AddressSince, contact.id) is None


@pytest.mark.covers("delivery-37")
def test_a_provider_that_refuses_what_we_are_closes_its_lane(sent, workspace):
    lane_id = offers.lane_of(None, "microsoft")
    refusal = {
        "code": 550,
        "enhanced": "5.7.515",
        "text": "Access denied, sending domain does not meet the required level",
    }
    hear(sent(provider="microsoft"), **refusal)
    assert offers.take(lane_id, 1) == 1, "anybody may have written that"
    hear(sent(provider="microsoft"), by=workspace, **refusal)
    assert offers.take(lane_id, 1) == 0


@pytest.mark.covers("delivery-37")
@pytest.mark.parametrize(
    ("enhanced", "suppressed"), [("5.1.1", "hard_bounce"), ("5.7.1", None)]
)
def test_the_code_of_a_refusal_is_heard_although_its_words_alone_are_kept(
    workspace, anna, sent, enhanced, suppressed
):
    said = Outcome(
        1, Result.REFUSED, 550, enhanced, "No, user unknown", Stage.RECIPIENT
    )
    decision = outcomes.decide(said, 1, resend_uncertain=False)
    sent(
        status=decision.status,
        reason=decision.reason,
        smtp_code=said.code,
        smtp_reply=said.text,
    )
    refusals.take()
    assert reason(workspace, anna) == suppressed
