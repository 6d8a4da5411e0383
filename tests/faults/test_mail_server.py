"""Whatever a mail server does, a campaign goes on: nobody twice, nobody lost, and it says why."""

import socket
from collections import Counter

import pytest
from sqlalchemy import select

from tests.fakes_smtp import Act, FakeSmtpServer, Fault, Last
from webapp.campaigns import deliverers, delivering
from webapp.campaigns.models import Status
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import choosing, connections, mail_servers
from webapp.deliverability.mail_servers import Terms
from webapp.deliverability.transports.smtp_server import Security
from webapp.messages.models import Message

PEOPLE = 12
NO_MAILBOX = "550 5.1.1 No such user here"
SPOOL_IS_FULL = "452 4.3.1 Insufficient system storage"
GREYLISTED = "451 4.7.1 Greylisted, please try again later"
GMAIL_RATE = "421 4.7.28 Gmail has detected an unusual rate of unsolicited mail"


def counts(campaign):
    db.session.expire_all()
    found = select(Message.status).where(Message.campaign_id == campaign.id)
    return Counter(db.session.scalars(found))


def until_sent(campaign, worker, minutes=90):
    """Let time pass until the campaign is sent; how many minutes that took."""
    for minute in range(minutes):
        with clock.stopped(clock.ahead(minutes=minute)):
            delivering.wake()
            worker()
        db.session.expire_all()
        if campaign.status == Status.SENT:
            return minute
    return minutes


OF_THE_SERVER = [
    pytest.param(("CONNECT", Last("421 4.3.2 Too busy")), id="421 at the door"),
    pytest.param(("CONNECT", Act.DROP), id="left at the door"),
    pytest.param(("EHLO", Act.DROP), id="left after our name"),
    pytest.param(("MAIL", SPOOL_IS_FULL), id="spool full, at MAIL"),
    pytest.param(("MAIL", Last("421 4.7.0 Not now")), id="421 at MAIL"),
    pytest.param(("RCPT", Act.DROP), id="left at RCPT"),
    pytest.param(("DATA", Act.DROP), id="left at DATA"),
    pytest.param(("BODY", Last("421 4.3.0 Closing")), id="421 after the dot"),
]


@pytest.mark.parametrize("fault", OF_THE_SERVER)
def test_a_server_that_does_not_serve_is_waited_for(
    worker, mood, server, started, fault
):
    mood.verb, mood.reply = fault
    campaign, people = started()
    worker()
    assert counts(campaign) == {"pending": PEOPLE}
    assert campaign.trouble
    assert {row.attempts for row in db.session.scalars(select(Message))} == {0}
    mood.calm_down()
    server.accepted.clear()
    until_sent(campaign, worker)
    assert sorted(server.recipients) == people
    assert (counts(campaign), campaign.trouble) == ({"sent": PEOPLE}, "")


@pytest.mark.covers("delivery-29")
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(("RCPT", GREYLISTED), id="greylisted"),
        pytest.param(("RCPT", SPOOL_IS_FULL), id="spool full, at RCPT"),
        pytest.param(("DATA", SPOOL_IS_FULL), id="spool full, at DATA"),
        pytest.param(("BODY", SPOOL_IS_FULL), id="spool full, after the dot"),
    ],
)
def test_who_is_put_off_gets_it_later(worker, mood, server, started, fault):
    mood.verb, mood.reply = fault
    campaign, people = started()
    worker()
    assert server.accepted == []
    assert set(counts(campaign)) <= {"deferred", "pending"}
    mood.calm_down()
    until_sent(campaign, worker)
    assert sorted(server.recipients) == people
    assert counts(campaign) == {"sent": PEOPLE}


def test_a_5xx_about_a_person_bounces_that_person_alone(worker, mood, server, started):
    campaign, people = started()
    mood.verb, mood.reply = "RCPT", NO_MAILBOX
    mood.concerns = people[3].__eq__
    worker()
    assert sorted(server.recipients) == people[:3] + people[4:]
    assert counts(campaign) == {"sent": PEOPLE - 1, "bounced": 1}
    assert campaign.status == Status.SENT


def test_a_server_that_leaves_in_the_middle_of_a_message_leaves_only_that_in_doubt(
    worker, server, started
):
    """All of it was on its way: whether it was read to its end, nobody here can know."""
    # In the middle of the second or third body.
    server.fault = Fault(read=9000)
    server.extensions = ("8BITMIME",)
    campaign, people = started()
    until_sent(campaign, worker)
    assert server.fault.read is None
    assert counts(campaign) == {"sent": PEOPLE - 1, "uncertain": 1}
    assert len(set(server.recipients)) == len(server.recipients) == PEOPLE - 1
    assert set(server.recipients) < set(people)


@pytest.mark.covers("delivery-23")
def test_a_server_that_leaves_after_the_dot_leaves_one_message_in_doubt(
    worker, mood, server, started
):
    campaign, people = started()
    mood.verb, mood.reply = "BODY", Act.DROP
    mood.concerns = people[5].__eq__
    until_sent(campaign, worker)
    assert sorted(server.recipients) == people
    assert counts(campaign) == {"sent": PEOPLE - 1, "uncertain": 1}


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "MAIL", "RCPT"])
def test_a_silent_server_holds_nobody_up_for_good(
    worker, mood, server, started, hurried, verb
):
    mood.verb, mood.reply = verb, Act.SILENCE
    campaign, people = started()
    worker()
    assert counts(campaign) == {"pending": PEOPLE}
    assert campaign.trouble
    mood.calm_down()
    until_sent(campaign, worker)
    assert sorted(server.recipients) == people
    assert counts(campaign) == {"sent": PEOPLE}


def test_without_tls_nothing_leaves_and_everybody_waits(
    worker, workspace, other, hand_to, started
):
    mine = hand_to(other, security=Security.STARTTLS)
    campaign, people = started()
    worker()
    assert other.accepted == []
    assert counts(campaign) == {"pending": PEOPLE}
    assert campaign.trouble
    terms = Terms("127.0.0.1", other.port, Security.NONE, name="Plain")
    mail_servers.change(workspace, mine, terms)
    until_sent(campaign, worker)
    assert sorted(other.recipients) == people
    assert counts(campaign) == {"sent": PEOPLE}


def test_a_wrong_password_holds_the_campaign_and_bounces_nobody(
    worker, mood, other, hand_to, started
):
    other.extensions = ("AUTH PLAIN",)
    hand_to(other, username="shop", secret="wrong")
    # The fake knows no AUTH: it answers it as it answers what it does not know.
    mood.verb, mood.reply = "UNKNOWN", "535 5.7.8 Bad credentials"
    campaign, people = started()
    worker()
    assert "MAIL" not in other.verbs()
    assert counts(campaign) == {"pending": PEOPLE}
    assert "535" in campaign.trouble or "credentials" in campaign.trouble
    mood.reply = "235 2.7.0 Welcome"
    until_sent(campaign, worker)
    assert sorted(other.recipients) == people


@pytest.mark.covers("delivery-28")
def test_a_storm_of_421_at_one_provider_holds_up_no_other(
    worker, mood, server, started
):
    google = [f"person{number}@gmail.com" for number in range(10)]
    orange = [f"person{number}@orange.fr" for number in range(30)]
    mood.verb, mood.reply = "RCPT", Last(GMAIL_RATE)
    mood.concerns = lambda address: address.endswith("@gmail.com")
    campaign, _people = started(google + orange)
    for _ in range(3):
        delivering.wake()
        worker()
    assert sorted(server.recipients) == sorted(orange)
    assert counts(campaign) == {"sent": 30, "pending": 10}
    assert {row.attempts for row in _waiting()} == {0}
    knocks = server.verbs().count("RCPT") - len(orange)
    with clock.stopped(clock.ahead(minutes=9)):
        delivering.wake()
        worker()
    assert server.verbs().count("RCPT") - len(orange) == knocks
    mood.calm_down()
    with clock.stopped(clock.ahead(minutes=12)):
        until_sent(campaign, worker)
    assert sorted(server.recipients) == sorted(google + orange)
    assert counts(campaign) == {"sent": 40}


def _waiting():
    return db.session.scalars(select(Message).where(Message.status == "pending"))


def test_when_the_first_server_is_down_the_second_takes_all(
    worker, other, hand_to, started
):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = closed.getsockname()[1]
    hand_to(nobody)
    spare = hand_to(other, weight=0)
    campaign, people = started()
    until_sent(campaign, worker)
    assert sorted(other.recipients) == people
    assert counts(campaign) == {"sent": PEOPLE}
    found = select(Message.mail_server_id).where(Message.campaign_id == campaign.id)
    assert set(db.session.scalars(found)) == {spare.id}


def test_servers_share_a_campaign_by_their_weight(
    worker, other, hand_to, started, monkeypatch
):
    """Turn by turn: three in four by the one, one in four by the other."""
    drawn = iter([0.1, 0.4, 0.7, 0.9] * PEOPLE)
    pick = choosing.pick
    monkeypatch.setattr(choosing, "pick", lambda ways, **_: pick(ways, at=next(drawn)))
    monkeypatch.setattr(deliverers, "TURN", 1)
    with FakeSmtpServer() as larger:
        hand_to(larger, weight=75)
        hand_to(other, weight=25)
        campaign, people = started()
        until_sent(campaign, worker)
        connections.close_all()
    assert len(larger.recipients) == 3 * len(other.recipients)
    assert sorted(larger.recipients + other.recipients) == people
