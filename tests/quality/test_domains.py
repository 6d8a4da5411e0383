"""Which domains take no mail: what the DNS says, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import audience as make
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import mail_domains
from webapp.deliverability.mail_domains import NoAnswer, NoSuchDomain, NoSuchRecord
from webapp.quality import domains
from webapp.quality.models import DomainCheck, Doubt, Finding, Verdict

ZONE = {
    ("good.example", "MX"): ["mx.good.example"],
    ("null.example", "MX"): ["."],
    ("gone.example", "MX"): NoSuchDomain,
    ("host.example", "MX"): NoSuchRecord,
    ("host.example", "A"): ["192.0.2.1"],
    ("empty.example", "MX"): NoSuchRecord,
    ("empty.example", "A"): NoSuchRecord,
    ("empty.example", "AAAA"): NoSuchRecord,
    ("slow.example", "MX"): NoAnswer,
    ("half.example", "MX"): NoSuchRecord,
    ("half.example", "A"): NoAnswer,
    ("org", "NS"): ["a0.org.afilias-nst.info"],
}


def ask(domain, kind):
    found = ZONE[domain, kind]
    if isinstance(found, list):
        return found
    raise found


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        ("good.example", Verdict.RECEIVES),
        ("host.example", Verdict.RECEIVES),
        ("null.example", Verdict.REFUSES),
        ("empty.example", Verdict.REFUSES),
        ("gone.example", Verdict.MISSING),
        ("slow.example", Verdict.UNKNOWN),
        ("half.example", Verdict.UNKNOWN),
    ],
)
def test_silence_is_no_verdict(domain, said):
    assert domains.verdict(domain, ask) == said


@pytest.fixture
def resolver(monkeypatch):
    monkeypatch.setattr(mail_domains, "resolve", ask)


@pytest.fixture
def people(workspace):
    names = ("good", "gone", "slow")
    made = {
        name: make.contact(workspace, email=f"anna@{name}.example") for name in names
    }
    make.contact(workspace, email="anna@gmail.com")
    db.session.commit()
    return made


def dead(workspace):
    db.session.rollback()
    domains.mark(workspace.id)
    found = select(Finding.contact_id).where(Finding.doubt == Doubt.DEAD_DOMAIN)
    return set(db.session.scalars(found))


def checks():
    db.session.rollback()
    rows = db.session.scalars(select(DomainCheck))
    return {row.domain: row.verdict for row in rows}


def test_a_domain_is_dead_only_when_the_dns_says_so_on_two_days(
    workspace, people, resolver
):
    assert domains.check() == 3
    assert dead(workspace) == set()
    # Asked again the same hour, nothing is due; the day after, it counts.
    assert domains.check() == 0
    with clock.stopped(clock.now() + timedelta(hours=25)):
        domains.check()
        assert dead(workspace) == {people["gone"].id}
    assert checks() == {
        "good.example": "receives",
        "gone.example": "missing",
        "slow.example": "unknown",
    }


def test_a_domain_that_takes_mail_again_is_doubted_no_more(
    workspace, people, resolver, monkeypatch
):
    domains.check()
    with clock.stopped(clock.now() + timedelta(days=2)):
        domains.check()
        assert dead(workspace) == {people["gone"].id}
    monkeypatch.setitem(ZONE, ("gone.example", "MX"), ["mx.gone.example"])
    with clock.stopped(clock.now() + timedelta(days=90)):
        domains.check()
        assert dead(workspace) == set()


def test_a_dns_that_is_silent_takes_no_verdict_back(
    workspace, people, resolver, monkeypatch
):
    domains.check()
    with clock.stopped(clock.now() + timedelta(days=2)):
        domains.check()
    monkeypatch.setitem(ZONE, ("gone.example", "MX"), NoAnswer)
    with clock.stopped(clock.now() + timedelta(days=90)):
        domains.check()
        assert dead(workspace) == {people["gone"].id}


def test_where_no_dns_knows_anything_nothing_is_remembered(
    workspace, people, monkeypatch
):
    def silent(_domain, _kind):
        raise NoAnswer

    monkeypatch.setattr(mail_domains, "resolve", silent)
    assert domains.check() == 0
    assert checks() == {}
