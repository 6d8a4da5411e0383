"""Campaigns in real processes: whatever dies, nobody gets it twice and nobody is forgotten."""

import os
import signal

import psycopg
import pytest
from sqlalchemy import make_url

from tests.factories import audience
from tests.fakes_smtp import Act
from tests.workers.harness import LEASE_SECONDS, addresses, wait_until
from webapp.campaigns import delivering
from webapp.campaigns.rounds import LARGEST_HANDFUL
from webapp.consent.models import State
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.messages import posting
from webapp.messages.models import Kind, Message
from webapp.subscriptions.models import MailingList

BROKERS = ["postgresql", "redis", "rabbitmq"]


@pytest.fixture
def running(house):
    """The installation with its scheduler and two worker processes."""
    house.begin_scheduler()
    house.workers = house.begin_workers()
    return house


def _taken(sink, count):
    wait_until(lambda: len(sink.accepted) >= count)


@pytest.mark.parametrize("broker_url", BROKERS, indirect=True)
def test_two_thousand_people_get_it_once_though_the_broker_forgets_everything(
    running, sink
):
    campaign, people = running.campaign(2000)
    _taken(sink, 700)
    running.empty_broker()
    running.wait_sent(campaign)
    assert addresses(sink) == dict.fromkeys(people, 1)
    assert running.counts(campaign) == {"sent": 2000}


@pytest.mark.covers("delivery-22")
@pytest.mark.parametrize("broker_url", BROKERS, indirect=True)
def test_a_worker_that_is_killed_doubles_nobody_and_forgets_nobody(house, sink):
    house.begin_scheduler()
    victim = house.begin_workers(processes=1)
    house.begin_workers(processes=1)
    campaign, people = house.campaign(1500)
    _taken(sink, 400)
    house.kill(victim)
    house.wait_sent(campaign)
    counts = house.counts(campaign)
    assert max(addresses(sink).values()) == 1
    assert counts["sent"] + counts["uncertain"] == 1500
    # What the dead worker had in flight: a handful for each of its two threads.
    assert counts["uncertain"] <= 2 * LARGEST_HANDFUL
    missing = set(people) - set(addresses(sink))
    assert len(missing) <= counts["uncertain"]


@pytest.mark.covers("delivery-22")
def test_when_all_workers_are_killed_the_next_ones_go_on(running, sink):
    campaign, _people = running.campaign(1000)
    for turn in (1, 2):
        _taken(sink, turn * 250)
        running.kill(running.workers)
        running.workers = running.begin_workers()
    running.wait_sent(campaign)
    counts = running.counts(campaign)
    assert max(addresses(sink).values()) == 1
    assert counts["sent"] + counts["uncertain"] == 1000
    assert counts["uncertain"] <= 2 * 4 * LARGEST_HANDFUL


def test_a_worker_that_is_asked_to_end_leaves_nothing_in_doubt(running, sink):
    campaign, people = running.campaign(1000)
    _taken(sink, 200)
    assert running.end(running.workers) == 0
    counts = running.counts(campaign)
    assert set(counts) <= {"sent", "pending"}
    assert counts["sent"] == len(sink.accepted)
    assert counts["pending"] > 0
    running.begin_workers()
    running.wait_sent(campaign)
    assert addresses(sink) == dict.fromkeys(people, 1)


def test_a_campaign_waits_for_its_mail_server_says_so_and_goes_on(running, sink):
    sink.go_down()
    campaign, people = running.campaign(500)
    wait_until(lambda: running.trouble(campaign))
    assert sum(running.counts(campaign).values()) == 500
    assert running.status(campaign) == "sending"
    for count in (1, 200, 450):
        sink.come_up()
        _taken(sink, count)
        sink.go_down()
        wait_until(lambda: running.trouble(campaign))
        assert running.status(campaign) == "sending"
    sink.come_up()
    running.wait_sent(campaign)
    assert running.trouble(campaign) == ""
    counts = running.counts(campaign)
    assert max(addresses(sink).values()) == 1
    assert counts["sent"] + counts["uncertain"] == 500
    # One message for each connection that broke.
    assert counts["uncertain"] <= 3 * 2
    assert len(set(people) - set(addresses(sink))) <= counts["uncertain"]


def test_a_campaign_survives_the_death_of_its_database(running, sink):
    campaign, people = running.campaign(1500)
    _taken(sink, 300)
    url = make_url(running.settings.database_url).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        said = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone()[0]
    os.kill(int(said.splitlines()[0]), signal.SIGQUIT)
    wait_until(lambda: _answers(running, campaign))
    running.wait_sent(campaign)
    counts = running.counts(campaign)
    assert max(addresses(sink).values()) == 1
    assert counts["sent"] + counts["uncertain"] == 1500
    assert counts["uncertain"] <= 2 * LARGEST_HANDFUL
    assert len(set(people) - set(addresses(sink))) <= counts["uncertain"]


def _answers(house, campaign):
    from sqlalchemy.exc import OperationalError

    try:
        return house.status(campaign)
    except OperationalError:
        return None


@pytest.mark.covers("delivery-19")
@pytest.mark.covers("consent-24")
def test_whoever_leaves_during_a_campaign_does_not_get_it(running, sink):
    campaign, people = running.campaign(1000)
    _taken(sink, 100)
    with running.app.app_context():
        person = db.session.query(Contact).filter_by(email=people[-1]).one()
        mailing = db.session.query(MailingList).one()
        audience.say(person, mailing, State.WITHDRAWN)
        db.session.commit()
    running.wait_sent(campaign)
    assert addresses(sink) == dict.fromkeys(people[:-1], 1)
    assert running.counts(campaign) == {"sent": 999, "skipped": 1}


def test_a_server_slower_than_a_lease_leaves_nothing_in_doubt(running, sink):
    sink.seconds = LEASE_SECONDS + 1.5
    campaign, people = running.campaign(1)
    running.wait_sent(campaign)
    assert running.counts(campaign) == {"sent": 1}
    assert addresses(sink) == dict.fromkeys(people, 1)


@pytest.mark.covers("delivery-26")
def test_a_pause_takes_hold_within_five_seconds(running, sink):
    sink.seconds = 0.05
    campaign, people = running.campaign(400)
    _taken(sink, 20)
    running.do(delivering.pause, campaign)
    wait_until(lambda: not running.in_flight(campaign), seconds=5)
    taken = len(sink.accepted)
    assert running.counts(campaign)["sent"] == taken < 400
    sink.seconds = 0
    running.do(delivering.resume, campaign)
    running.wait_sent(campaign)
    assert addresses(sink) == dict.fromkeys(people, 1)


@pytest.mark.covers("delivery-23")
def test_a_newsletter_whose_answer_was_lost_is_uncertain_and_not_sent_again(
    running, sink
):
    unlucky = []

    def drop_one(verb, what):
        if verb == "BODY" and len(sink.accepted) == 30 and not unlucky:
            unlucky.append(what)
            return Act.DROP
        return None

    sink.special = drop_one
    campaign, people = running.campaign(100)
    running.wait_sent(campaign)
    assert running.counts(campaign) == {"sent": 99, "uncertain": 1}
    assert addresses(sink) == dict.fromkeys(people, 1)


@pytest.mark.covers("delivery-23")
def test_a_confirmation_whose_answer_was_lost_is_sent_again_as_the_same_message(
    running, sink
):
    answers = [Act.DROP, None]
    sink.special = lambda verb, what: answers.pop(0) if verb == "BODY" else None
    with running.app.app_context():
        from tests.factories import accounts
        from webapp.core.mail_templates import Words

        message = posting.post_written(
            Words("Confirmez", "Oui ?\n", "<p>Oui ?</p>"),
            to="zoe@example.org",
            workspace=accounts.workspace(),
            kind=Kind.CONFIRMATION,
        )
        number = message.id
        db.session.commit()

    def status():
        with running.app.app_context():
            return db.session.get_one(Message, number).status

    wait_until(lambda: status() == "sent")
    first, second = sink.message_ids("zoe@example.org")
    assert first == second
