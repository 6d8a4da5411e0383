"""Delivering: once to each, looked at again before it leaves, held up by nothing for good."""

import email
from email import policy
from threading import Semaphore

import pytest
from sqlalchemy import delete, select, update

from tests.factories import audience, domains
from tests.factories import sendings as make
from webapp.campaigns import claiming, deliverers, delivering, planning, rounds
from webapp.campaigns.models import Deliverer, Status
from webapp.campaigns.progress import progress
from webapp.consent.models import State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.models import MailServer
from webapp.deliverability.transports import Result
from webapp.lanes import offers
from webapp.lanes.models import Lane
from webapp.messages import leases
from webapp.messages.mime import Blueprint
from webapp.messages.models import Message
from webapp.messages.models import Status as MessageStatus
from webapp.subscriptions.models import MailingList


@pytest.fixture
def started(workspace):
    """start(count) gives a campaign under way and its people."""

    def start(count=3, **changes):
        campaign, people = make.campaign_for(workspace, count, **changes)
        planning.start(campaign)
        db.session.commit()
        return campaign, people

    return start


def _statuses(campaign):
    db.session.expire_all()
    return db.session.scalars(
        select(Message.status)
        .where(Message.campaign_id == campaign.id)
        .order_by(Message.contact_id)
    ).all()


def _wake(worker):
    delivering.wake()
    worker()


def _list_of(campaign):
    return db.session.get_one(MailingList, campaign.mailing_list_id)


def test_everybody_gets_it_once_and_the_campaign_is_sent(outbox, worker, started):
    campaign, people = started(120)
    worker()
    assert sorted(e.rcpt_to for e in outbox.outbox) == sorted(p.email for p in people)
    assert campaign.status == Status.SENT
    assert (progress(campaign).sent, progress(campaign).waiting) == (120, 0)


def test_a_message_speaks_to_its_reader(outbox, worker, started):
    started(1)
    worker()
    mail = email.message_from_bytes(outbox.outbox[0].body, policy=policy.default)
    assert mail["Subject"] == "Des nouvelles, Anna"
    assert "Bonjour Anna" in mail.get_body(("html",)).get_content()


@pytest.mark.covers("delivery-25")
def test_a_wake_up_that_comes_again_sends_nothing_again(outbox, worker, started):
    _campaign, _people = started(5)
    worker()
    delivering.deliver()
    assert len(outbox.outbox) == 5


@pytest.mark.covers("delivery-34")
def test_somebody_who_left_after_the_audience_was_frozen_is_skipped(
    outbox, worker, started
):
    campaign, people = started(2)
    audience.say(people[0], _list_of(campaign), State.WITHDRAWN)
    worker()
    assert [e.rcpt_to for e in outbox.outbox] == [people[1].email]
    assert progress(campaign).skipped == {"withdrawn": 1}
    assert campaign.status == Status.SENT


def test_somebody_who_asked_for_restriction_is_skipped(outbox, worker, started):
    campaign, people = started(2)
    people[0].restricted_at = clock.now()
    worker()
    assert progress(campaign).skipped == {"restricted": 1}


def test_somebody_who_was_erased_is_skipped(outbox, worker, started):
    campaign, people = started(2)
    db.session.delete(db.session.get_one(Contact, people[0].id))
    worker()
    assert progress(campaign).skipped == {"erased": 1}
    assert len(outbox.outbox) == 1


@pytest.mark.covers("delivery-45")
def test_only_who_agreed_to_it_is_measured(outbox, worker, workspace):
    mailing = audience.mailing_list(workspace)
    quiet = audience.subscriber(workspace, mailing)
    open_ = audience.subscriber(workspace, mailing, opens=True, clicks=True)
    planning.start(make.campaign(workspace, mailing))
    worker()
    bodies = {e.rcpt_to: e.body for e in outbox.outbox}
    assert b"/o/" not in bodies[quiet.email]
    assert b"/c/" not in bodies[quiet.email]
    assert b"/o/" in bodies[open_.email]
    assert b"/c/" in bodies[open_.email]


def test_a_link_to_the_site_of_the_shop_is_followed_in_html_and_text(
    outbox, worker, workspace
):
    """{{ workspace.website }} is one address for everybody, as if it had been typed."""
    workspace.website = "https://maison-tilleul.example"
    mailing = audience.mailing_list(workspace)
    audience.subscriber(workspace, mailing, clicks=True)
    mjml = make.MJML.replace(
        "https://maison-tilleul.example/miel", "{{ workspace.website }}"
    )
    campaign = make.campaign(workspace, mailing, mjml=mjml)
    planning.start(campaign)
    worker()
    assert campaign.status == Status.SENT
    mail = email.message_from_bytes(outbox.outbox[0].body, policy=policy.default)
    for kind in ("html", "plain"):
        body = mail.get_body((kind,)).get_content()
        assert body.count("/c/") == 2
        assert "maison-tilleul.example" not in body


def test_a_withdrawal_of_measuring_counts_until_the_last_moment(
    outbox, worker, workspace
):
    mailing = audience.mailing_list(workspace)
    person = audience.subscriber(workspace, mailing, opens=True)
    planning.start(make.campaign(workspace, mailing))
    audience.stop_measuring(person, workspace)
    worker()
    assert b"/o/" not in outbox.outbox[0].body


def test_a_refused_address_bounces_and_nobody_else(outbox, worker, started):
    campaign, people = started(3)
    outbox.answer(people[1].email, Result.REFUSED, enhanced="5.1.1")
    worker()
    assert _statuses(campaign) == ["sent", "bounced", "sent"]


def test_a_deferred_message_keeps_the_campaign_open_until_it_is_delivered(
    outbox, worker, started
):
    campaign, people = started(2)
    outbox.answer(people[0].email, Result.DEFERRED)
    worker()
    assert campaign.status == Status.SENDING
    outbox.answer(people[0].email, Result.ACCEPTED)
    with clock.stopped(clock.ahead(minutes=7)):
        _wake(worker)
    assert campaign.status == Status.SENT


@pytest.mark.covers("delivery-30")
def test_a_message_that_is_deferred_for_three_days_is_given_up(outbox, worker, started):
    campaign, people = started(1)
    outbox.answer(people[0].email, Result.DEFERRED)
    worker()
    with clock.stopped(clock.ahead(hours=73)):
        _wake(worker)
    [row] = db.session.scalars(select(Message))
    assert (row.status, row.reason) == ("failed", "expired")
    assert campaign.status == Status.SENT


@pytest.mark.covers("delivery-23")
def test_an_uncertain_message_is_not_sent_again_unless_a_person_says_so(
    outbox, worker, started
):
    campaign, people = started(2)
    outbox.answer(people[0].email, Result.UNCERTAIN)
    worker()
    with clock.stopped(clock.ahead(hours=1)):
        _wake(worker)
    assert (campaign.status, progress(campaign).uncertain) == (Status.SENT, 1)
    outbox.answer(people[0].email, Result.ACCEPTED)
    assert delivering.resend_uncertain(campaign) == 1
    worker()
    first, second = (e.body for e in outbox.outbox if e.rcpt_to == people[0].email)
    assert first == second
    assert (campaign.status, progress(campaign).sent) == (Status.SENT, 2)


def test_a_server_that_does_not_answer_is_told_on_the_campaign_until_it_does(
    outbox, worker, started
):
    campaign, people = started(3)
    for person in people:
        outbox.answer(person.email, Result.UNSENT, text="connection refused")
    worker()
    assert campaign.status == Status.SENDING
    assert "connection refused" in campaign.trouble
    since = campaign.trouble_since
    assert progress(campaign).waiting == 3
    with clock.stopped(clock.ahead(minutes=1)):
        _wake(worker)
        assert campaign.trouble_since == since
    for person in people:
        outbox.answer(person.email, Result.ACCEPTED)
    with clock.stopped(clock.ahead(minutes=2)):
        _wake(worker)
    assert (campaign.status, campaign.trouble) == (Status.SENT, "")
    assert {row.attempts for row in db.session.scalars(select(Message))} == {1}


@pytest.mark.parametrize("result", [Result.REFUSED, Result.DEFERRED])
def test_a_refused_sender_is_our_trouble_and_bounces_nobody(
    outbox, worker, started, result
):
    campaign, _people = started(3)
    outbox.answer_sender(result)
    worker()
    assert progress(campaign).waiting == 3
    assert campaign.trouble


@pytest.mark.covers("delivery-28")
def test_a_server_that_asks_to_wait_burns_no_attempt(outbox, worker, started):
    campaign, people = started(2)
    outbox.answer(people[0].email, Result.THROTTLED, text="4.7.28 too fast")
    worker()
    [waiting] = db.session.scalars(select(Message).where(Message.status == "pending"))
    assert (waiting.attempts, waiting.contact_id) == (0, people[0].id)
    assert "4.7.28" in campaign.trouble


@pytest.mark.covers("delivery-26")
def test_a_paused_campaign_sends_nothing_and_goes_on_where_it_was(
    outbox, worker, started
):
    campaign, _people = started(3)
    delivering.pause(campaign)
    worker()
    assert (outbox.outbox, progress(campaign).waiting) == ([], 3)
    delivering.resume(campaign)
    worker()
    assert (len(outbox.outbox), campaign.status) == (3, Status.SENT)


@pytest.mark.covers("delivery-26")
def test_a_pause_acts_between_two_handfuls(outbox, worker, started, monkeypatch):
    campaign, _people = started(20)
    monkeypatch.setattr(rounds, "FIRST_HANDFUL", 5)
    monkeypatch.setattr(rounds, "LARGEST_HANDFUL", 5)
    send = outbox.send

    def send_and_pause(envelopes):
        _from_elsewhere(campaign.id, Status.PAUSED)
        return send(envelopes)

    monkeypatch.setattr(outbox, "send", send_and_pause)
    worker()
    assert len(outbox.outbox) == 5
    assert sorted(_statuses(campaign)) == ["pending"] * 15 + ["sent"] * 5


def test_a_slow_server_is_given_few_messages_at_a_time():
    assert rounds._next_handful(20, seconds=20.0) == rounds.SMALLEST_HANDFUL
    assert rounds._next_handful(20, seconds=0.1) == 20
    assert rounds._next_handful(200, seconds=0.01) == rounds.LARGEST_HANDFUL
    assert rounds._next_handful(0, seconds=0.0) == rounds.SMALLEST_HANDFUL


@pytest.mark.covers("delivery-19")
def test_an_unsubscription_stops_a_message_that_has_not_left(
    outbox, worker, started, monkeypatch
):
    campaign, people = started(10)
    monkeypatch.setattr(rounds, "FIRST_HANDFUL", 5)
    monkeypatch.setattr(rounds, "LARGEST_HANDFUL", 5)
    send = outbox.send

    def send_while_the_last_one_leaves(envelopes):
        last = db.session.get_one(Contact, people[-1].id)
        audience.say(last, _list_of(campaign), State.WITHDRAWN)
        db.session.commit()
        return send(envelopes)

    monkeypatch.setattr(outbox, "send", send_while_the_last_one_leaves)
    worker()
    assert _statuses(campaign) == ["sent"] * 9 + ["skipped"]


def test_a_cancelled_campaign_skips_who_has_not_got_it(outbox, worker, started):
    campaign, _people = started(3)
    delivering.cancel(campaign)
    worker()
    assert outbox.outbox == []
    assert (campaign.status, progress(campaign).skipped) == (
        Status.CANCELLED,
        {"cancelled": 3},
    )
    with pytest.raises(planning.CannotMove):
        delivering.resume(campaign)


def test_what_came_back_to_a_cancelled_campaign_is_skipped_by_the_sweep(
    worker, started
):
    campaign, _people = started(1)
    delivering.cancel(campaign)
    db.session.scalars(select(Message)).one().status = MessageStatus.PENDING
    db.session.flush()
    delivering.wake()
    assert _statuses(campaign) == ["skipped"]


def test_what_a_dead_worker_had_in_flight_is_uncertain_and_the_rest_is_sent(
    outbox, worker, started, app
):
    campaign, _people = started(2)
    app.extensions["broker"].flush_all()
    deliverers.take("dead")
    [first] = claiming.mark("dead", campaign.id, "other", 1)
    [dead] = db.session.scalars(select(Deliverer))
    dead.until, marked_at = clock.ago(seconds=1), dead.marked_at
    db.session.commit()
    _wake(worker)
    assert _statuses(campaign) == ["uncertain", "sent"]
    row = db.session.get_one(Message, first)
    assert (row.attempts, row.dated_at) == (1, marked_at)
    assert campaign.status == Status.SENT


def test_a_campaign_whose_wake_ups_were_lost_is_delivered_by_the_sweep(
    outbox, worker, started, app
):
    campaign, _people = started(2)
    app.extensions["broker"].flush_all()
    _wake(worker)
    assert campaign.status == Status.SENT


def test_no_more_deliverers_than_processes_work_while_the_server_is_quick(
    started, settings
):
    started(settings.worker_processes + 2)
    posts = [deliverers.take(here(n)) for n in range(4)]
    assert [bool(post) for post in posts] == [True, True, False, False]


def test_another_machine_takes_no_place_of_this_one(started, settings):
    started(9)
    for n in range(settings.worker_processes):
        deliverers.take(f"elsewhere:{n}")
    assert deliverers.take(here(1))


def here(number):
    """A lease of this machine."""
    return f"{leases.machine()}:{number}"


def test_threads_that_wait_for_a_slow_server_make_room_for_others(started, settings):
    _campaign, _people = started(2)
    most = settings.worker_processes * (
        settings.worker_threads - deliverers.RESERVED_THREADS
    )
    posts = []
    for n in range(most + 1):
        posts.append(deliverers.take(here(n)))
        db.session.execute(update(Deliverer).values(waits=True))
    lanes = offers.unlimited(["other"])[0].connections
    assert sum(map(bool, posts)) == min(most, lanes)


def test_a_small_campaign_does_not_wait_behind_a_large_one(started, settings):
    large, _people = started(9)
    small, _people = started(1)
    first, second = (deliverers.take(f"lease {n}") for n in range(2))
    assert [first.campaign_id, second.campaign_id] == [large.id, small.id]


def test_campaigns_take_turns(started):
    one, other = started(9)[0], started(9)[0]
    served = []
    for n in range(4):
        post = deliverers.take(f"lease {n}")
        served.append(post.campaign_id)
        deliverers.leave(post, 0)
        db.session.flush()
    assert served == [one.id, other.id, one.id, other.id]


def test_two_deliverers_never_have_the_same_message(started):
    campaign, _people = started(5)
    for lease in ("one", "two"):
        deliverers.take(lease)
    one = claiming.mark("one", campaign.id, "other", 3)
    two = claiming.mark("two", campaign.id, "other", 3)
    assert (len(one), len(two), set(one) & set(two)) == (3, 2, set())


def test_who_lost_the_lease_marks_nothing(outbox, started):
    started(1)
    post = deliverers.take("mine")
    db.session.execute(delete(Deliverer))
    db.session.commit()
    rounds.work_off(post)
    assert outbox.outbox == []


def test_what_a_deliverer_knows_of_messages_taken_from_it_counts(
    outbox, worker, started, monkeypatch
):
    campaign, _people = started(2)
    send = outbox.send

    def send_while_it_is_taken_for_dead(envelopes):
        yield from send(envelopes)
        db.session.execute(update(Deliverer).values(until=clock.ago(seconds=1)))
        claiming.expire()
        db.session.commit()

    monkeypatch.setattr(outbox, "send", send_while_it_is_taken_for_dead)
    worker()
    assert _statuses(campaign) == ["sent", "sent"]
    assert len(outbox.outbox) == 2


def test_a_template_that_fails_for_one_person_fails_for_her_alone(
    outbox, worker, workspace
):
    mailing = audience.mailing_list(workspace)
    for name in ("Anna", "Zoé"):
        audience.subscriber(workspace, mailing, first_name=name)
    subject = "{% if contact.first_name == 'Zoé' %}{{ contact.first_name * 3 }}{% endif %}Bonjour"
    campaign = make.campaign(workspace, mailing, subject=subject)
    planning.start(campaign)
    worker()
    assert sorted(_statuses(campaign)) == ["failed", "sent"]


@pytest.mark.parametrize("part", ["subject", "mjml"])
def test_a_filter_that_fails_for_one_person_fails_for_her_alone(
    outbox, worker, workspace, part
):
    """A number has no length: the filter was made for texts and lists."""
    mailing = audience.mailing_list(workspace)
    audience.attribute(workspace, "points", "number")
    audience.subscriber(workspace, mailing, attributes={"points": "12"})
    audience.subscriber(workspace, mailing, attributes={"points": 12})
    length = "{{ contact.attributes.points | length }}"
    text = {"subject": length, "mjml": make.MJML.replace("Bonjour", length)}[part]
    campaign = make.campaign(workspace, mailing, **{part: text})
    planning.start(campaign)
    worker()
    assert sorted(_statuses(campaign)) == ["failed", "sent"]


def _from_elsewhere(campaign_id, status):
    """Another session's commit, as a web request makes it."""
    from sqlalchemy import update

    from webapp.campaigns.models import Campaign

    with db.engine.begin() as connection:
        connection.execute(
            update(Campaign).where(Campaign.id == campaign_id).values(status=status)
        )


def test_a_campaign_does_not_go_on_without_a_server_that_was_switched_off(
    workspace, started
):
    """The only one there was: its last deliverer says what it heard."""
    mail_server(workspace)
    started(2)
    post = deliverers.take("one")
    db.session.get_one(MailServer, post.way.server_id).is_active = False
    db.session.flush()
    assert not deliverers.goes_on_without(post)


def test_when_no_lane_is_open_the_campaign_says_until_when(workspace, started):
    """A day of warming up is full: it goes on by itself the day after."""
    mail_server(workspace)
    campaign, _people = started(2)
    post = deliverers.take("one")
    deliverers.leave(post, 0)
    lane = db.session.get_one(Lane, post.lane_id)
    lane.closed_until = clock.ahead(hours=2)
    db.session.flush()
    assert deliverers.take("two") is None
    assert (
        "take no more for now" in campaign.trouble
        or "pour l’instant" in campaign.trouble
    )


def test_lanes_that_fill_by_the_second_are_no_trouble(workspace, started):
    mail_server(workspace)
    campaign, _people = started(2)
    post = deliverers.take("one")
    deliverers.leave(post, 0)
    lane = db.session.get_one(Lane, post.lane_id)
    lane.closed_until = clock.ahead(seconds=2)
    db.session.flush()
    assert deliverers.take("two") is None
    assert campaign.trouble == ""


def _room(lane_id):
    db.session.expire_all()
    lane = db.session.get_one(Lane, lane_id)
    return lane.taken_today


def test_the_room_of_a_lane_comes_back_from_a_deliverer_that_died(workspace, started):
    """It took room for all five and had begun with two of them."""
    mail_server(workspace)
    campaign, _people = started(5)
    post = deliverers.take("dead")
    taken = _room(post.lane_id)
    claiming.mark("dead", campaign.id, "other", 2, room=post.messages - 2)
    db.session.execute(update(Deliverer).values(until=clock.ago(seconds=1)))
    claiming.expire()
    assert taken - _room(post.lane_id) == post.messages - 2


def test_a_turn_that_ends_twice_gives_back_once(workspace, started):
    mail_server(workspace)
    started(5)
    post = deliverers.take("one")
    assert deliverers.leave(post, 2)
    room = _room(post.lane_id)
    assert not deliverers.leave(post, 2)
    assert _room(post.lane_id) == room


def test_what_nobody_foresaw_fails_for_one_person_alone(
    outbox, worker, started, monkeypatch
):
    campaign, people = started(3)
    build = Blueprint.build

    def built(self, recipient, *more):
        if recipient.contact == people[1].id:
            raise ZeroDivisionError
        return build(self, recipient, *more)

    monkeypatch.setattr(Blueprint, "build", built)
    worker()
    assert _statuses(campaign) == ["sent", "failed", "sent"]


def test_threads_of_a_process_are_kept_for_urgent_mail(
    outbox, worker, started, monkeypatch
):
    """Deliver was called more often in one process than it may have deliverers."""
    campaign, _people = started(1)
    monkeypatch.setattr(delivering, "_threads", lambda _most: Semaphore(0))
    worker()
    assert _statuses(campaign) == ["pending"]


def mail_server(workspace):
    domains.domain(workspace)
    server = MailServer(
        workspace_id=workspace.id, name="Relais", kind="smtp", host="127.0.0.1", port=25
    )
    db.session.add(server)
    db.session.flush()
