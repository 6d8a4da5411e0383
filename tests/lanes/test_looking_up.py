"""The domains of the contacts are looked up, the frequent ones first, and not too often."""

from datetime import timedelta

import pytest

from tests.factories import subscriptions as make
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import mail_domains
from webapp.deliverability.mail_domains import NoAnswer, NoSuchDomain
from webapp.lanes import looking_up
from webapp.lanes.models import DomainProvider


class Dns:
    """Answers from a table, and remembers what it was asked."""

    def __init__(self):
        self.records = {("org", "NS"): ["a0.org.afilias-nst.info."]}
        self.asked = []

    def __call__(self, name, kind):
        if kind == "MX":
            self.asked.append(name)
        answer = self.records.get((name, kind), NoAnswer())
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def dns(monkeypatch):
    told = Dns()
    monkeypatch.setattr(mail_domains, "resolve", told)
    return told


@pytest.fixture
def have(workspace):
    """have("a@x.example", …): these people are contacts."""

    def add(*addresses):
        for address in addresses:
            make.contact(workspace, email=address)
        db.session.commit()

    return add


def test_the_provider_behind_a_domain_of_its_own_is_found(dns, have):
    have("lea@boutique.example")
    dns.records["boutique.example", "MX"] = ["aspmx.l.google.com."]
    looking_up.look_up()
    assert db.session.get_one(DomainProvider, "boutique.example").provider == "google"


def test_domains_known_by_name_are_not_looked_up(dns, have):
    have("lea@gmail.com", "zoe@wanadoo.fr")
    assert looking_up.look_up() == 0
    assert dns.asked == []


def test_the_most_frequent_domains_come_first_and_the_rest_next_time(
    dns, have, monkeypatch
):
    monkeypatch.setattr(looking_up, "LOOKUPS", 1)
    have("a@rare.example", "a@often.example", "b@often.example")
    looking_up.look_up()
    looking_up.look_up()
    assert dns.asked == ["often.example", "rare.example"]


def test_what_is_known_is_asked_again_after_three_months(dns, have, stopped_clock):
    have("lea@boutique.example")
    dns.records["boutique.example", "MX"] = ["mx1.mail.ovh.net."]
    looking_up.look_up()
    with clock.stopped(clock.now() + looking_up.FRESH - timedelta(days=1)):
        assert looking_up.look_up() == 0
    dns.records["boutique.example", "MX"] = ["aspmx.l.google.com."]
    with clock.stopped(clock.now() + looking_up.FRESH):
        looking_up.look_up()
    db.session.expire_all()
    assert db.session.get_one(DomainProvider, "boutique.example").provider == "google"


@pytest.mark.parametrize("trouble", [NoAnswer(), NoSuchDomain()])
def test_a_failure_is_remembered_and_tried_again_later(
    dns, have, stopped_clock, trouble
):
    have("lea@boutique.example")
    dns.records["boutique.example", "MX"] = trouble
    looking_up.look_up()
    assert looking_up.look_up() == 0
    with clock.stopped(clock.now() + timedelta(hours=1)):
        assert looking_up.look_up() == 1
        with clock.stopped(clock.now() + timedelta(hours=1)):
            assert looking_up.look_up() == 0
    kept = db.session.get_one(DomainProvider, "boutique.example")
    assert (kept.provider, kept.failures) == ("other", 2)


def test_a_silent_dns_does_not_take_a_provider_away(dns, have, stopped_clock):
    have("lea@boutique.example")
    dns.records["boutique.example", "MX"] = ["mx1.mail.ovh.net."]
    looking_up.look_up()
    dns.records["boutique.example", "MX"] = NoAnswer()
    with clock.stopped(clock.now() + looking_up.FRESH):
        looking_up.look_up()
    kept = db.session.get_one(DomainProvider, "boutique.example")
    assert (kept.provider, kept.failures) == ("ovh", 1)


def test_a_machine_without_dns_learns_nothing_wrong(dns, have):
    have("lea@boutique.example")
    dns.records["org", "NS"] = NoAnswer()
    assert looking_up.look_up() == 0
    assert db.session.get(DomainProvider, "boutique.example") is None


def test_a_domain_that_nobody_has_is_forgotten(dns, have, stopped_clock):
    have("lea@boutique.example")
    gone = clock.ago(days=181)
    db.session.add(
        DomainProvider(domain="gone.example", provider="ovh", checked_at=gone)
    )
    db.session.commit()
    looking_up.look_up()
    db.session.expire_all()
    assert db.session.get(DomainProvider, "gone.example") is None


@pytest.mark.parametrize(
    ("failures", "hours"), [(1, 1), (2, 2), (3, 4), (9, 256), (10, 336), (1000, 336)]
)
def test_each_failure_doubles_the_rest_up_to_two_weeks(failures, hours):
    assert looking_up.retry_after(failures) == timedelta(hours=hours)
