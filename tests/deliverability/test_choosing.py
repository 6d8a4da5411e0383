import dataclasses
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import accounts as make_accounts
from webapp.core.db import db
from webapp.deliverability import choosing, mail_servers
from webapp.deliverability.choosing import NoMailServer, NoWayForPictures, Way
from webapp.deliverability.mail_servers import Terms
from webapp.deliverability.models import ServerKind
from webapp.deliverability.transports.api_server import ApiServer
from webapp.deliverability.transports.smtp_server import Security, SmtpServer

TERMS = Terms("smtp.example.com", 587, Security.STARTTLS, "anna", "secret")


@pytest.fixture
def with_server(app, settings):
    """The installation names an SMTP server, so that it has no mailbox."""
    url = "smtps://mail.example.com"
    app.extensions["settings"] = dataclasses.replace(settings, smtp_url=url)
    yield
    app.extensions["settings"] = settings


def _add(workspace, weight=100, **changes):
    terms = dataclasses.replace(TERMS, weight=weight, **changes)
    return mail_servers.add(workspace, terms)


def test_without_any_server_mail_goes_to_the_mailbox(workspace, settings):
    [way] = choosing.ways(workspace)
    assert way.server_id is None
    assert (way.server.host, way.server.port) == ("127.0.0.1", settings.mailbox_port)
    assert choosing.goes_to_mailbox(workspace)


def test_the_installation_s_server_is_used_where_a_workspace_has_none(
    workspace, with_server
):
    [way] = choosing.ways(workspace)
    assert (way.server_id, way.server.host) == (None, "mail.example.com")
    assert not choosing.goes_to_mailbox(workspace)
    assert not choosing.has_mailbox(workspace)


def test_the_workspace_s_own_servers_come_in_place_of_the_installation_s(
    workspace, with_server
):
    small, large, spare = (_add(workspace, weight) for weight in (25, 75, 0))
    found = choosing.ways(workspace)
    assert [(way.server_id, way.weight) for way in found] == [
        (large.id, 75),
        (small.id, 25),
        (spare.id, 0),
    ]
    server = choosing.server_for(workspace)
    assert (server.host, server.username, server.password) == (
        "smtp.example.com",
        "anna",
        "secret",
    )
    assert choosing.relays(workspace) == ["smtp.example.com"] * 3
    assert not choosing.goes_to_mailbox(workspace)


def test_a_server_that_is_off_is_no_way(workspace):
    off, on = _add(workspace), _add(workspace)
    mail_servers.switch(workspace, off, on=False)
    assert [way.server_id for way in choosing.ways(workspace)] == [on.id]
    mail_servers.switch(workspace, off, on=True)
    assert len(choosing.ways(workspace)) == 2


def test_with_every_server_off_no_mail_leaves_nor_is_quietly_caught(workspace):
    mail_servers.switch(workspace, _add(workspace), on=False)
    with pytest.raises(NoMailServer):
        choosing.ways(workspace)
    assert choosing.relays(workspace) == []
    assert choosing.shares_now(workspace) == {}


def test_a_server_whose_secret_is_lost_is_no_way_and_the_others_are(workspace):
    lost, good = _add(workspace), _add(workspace)
    lost.secret_encrypted = "encrypted with another key"
    assert [way.server_id for way in choosing.ways(workspace)] == [good.id]


def test_nobody_else_s_servers_are_a_way(workspace, settings):
    _add(make_accounts.workspace(slug="ailleurs", name="Ailleurs"))
    assert [way.server_id for way in choosing.ways(workspace)] == [None]


def test_a_provider_s_account_is_a_way(workspace):
    terms = Terms(kind=ServerKind.BREVO, name="Brevo", secret="xkeysib-1")
    mail_servers.add(workspace, terms)
    [way] = choosing.ways(workspace)
    assert way.server == ApiServer("brevo", "xkeysib-1")
    assert choosing.relays(workspace) == []


def test_messages_with_pictures_go_only_where_there_is_a_place_for_them(workspace):
    terms = Terms(kind=ServerKind.BREVO, name="Brevo", secret="xkeysib-1")
    brevo = mail_servers.add(workspace, terms)
    with pytest.raises(NoWayForPictures):
        choosing.ways(workspace, with_pictures=True)
    server = _add(workspace, weight=0)
    both = choosing.ways(workspace)
    assert {way.server_id for way in both} == {brevo.id, server.id}
    [way] = choosing.ways(workspace, with_pictures=True)
    assert way.server_id == server.id


def test_the_mail_of_a_demonstration_never_leaves_the_machine(workspace, settings):
    server = _add(workspace)
    workspace.is_demo = True
    mailbox = SmtpServer("127.0.0.1", settings.mailbox_port, Security.NONE)
    assert choosing.ways(workspace) == [Way(None, mailbox)]
    assert choosing.server_to_try(workspace, server) == mailbox


def test_a_demonstration_without_a_mailbox_sends_nothing(workspace, with_server):
    workspace.is_demo = True
    with pytest.raises(NoMailServer):
        choosing.server_for(workspace)
    with pytest.raises(NoMailServer):
        choosing.server_to_try(workspace, _add(workspace))
    db.session.rollback()


SERVER = SmtpServer("mail.example.com", 25)


@st.composite
def _ways(draw):
    weights = draw(st.lists(st.integers(0, 100), min_size=1, max_size=6))
    found = [Way(number, SERVER, weight) for number, weight in enumerate(weights)]
    closed = draw(st.sets(st.sampled_from([way.server_id for way in found])))
    return found, closed


def _borders(found, closed):
    """Where the choice may change as `at` goes from 0 to 1."""
    reached, borders = Fraction(0), []
    for part in choosing.shares(found, closed).values():
        borders.append((reached, reached + part))
        reached += part
    return borders


@given(_ways())
def test_every_way_gets_exactly_its_share(case):
    found, closed = case
    measured = {}
    for start, end in _borders(found, closed):
        if start == end:
            continue
        # The choice is the same over the whole of the interval.
        chosen = {
            choosing.pick(found, closed, at=at).server_id
            for at in (start, (start + end) / 2, end - Fraction(1, 10**9))
        }
        assert len(chosen) == 1
        measured[chosen.pop()] = end - start
    wanted = choosing.shares(found, closed)
    assert measured == {key: part for key, part in wanted.items() if part}


@given(_ways())
def test_shares_follow_the_weights_of_those_that_are_open(case):
    found, closed = case
    shares = choosing.shares(found, closed)
    still = [way for way in found if way.server_id not in closed]
    assert shares.keys() == {way.server_id for way in still}
    assert sum(shares.values()) == (1 if still else 0)
    total = sum(way.weight for way in still)
    for way in still:
        expected = Fraction(way.weight, total) if total else Fraction(1, len(still))
        assert shares[way.server_id] == expected


@given(_ways(), st.floats(0, 1, exclude_max=True))
def test_no_mail_goes_by_a_closed_way_and_none_is_left_while_one_is_open(case, at):
    found, closed = case
    chosen = choosing.pick(found, closed, at=at)
    if len(closed) == len(found):
        assert chosen is None
    else:
        assert chosen.server_id not in closed


def test_the_installation_s_own_server_can_be_closed_too():
    assert choosing.pick([Way(None, SERVER)], {None}, at=0.5) is None


def test_a_server_of_weight_0_stands_in_when_the_others_cannot():
    found = [Way(1, SERVER, 100), Way(2, SERVER, 0)]
    assert choosing.pick(found, at=0.99).server_id == 1
    assert choosing.pick(found, {1}, at=0.0).server_id == 2
