import dataclasses
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from tests.factories import accounts as make
from tests.factories import domains
from tests.fakes_dns import FakeDns
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import (
    domain_checking,
    domain_editing,
    domain_keys,
    sender_domains,
)
from webapp.deliverability.domain_checks import asking, dkim_records
from webapp.deliverability.domain_checks.asking import Dns
from webapp.deliverability.domain_checks.dkim_records import OwnKey
from webapp.deliverability.models import DomainHealth, KeyAlgorithm, SenderDomain
from webapp.messages.models import Message


@pytest.fixture
def made(app, workspace, monkeypatch):
    settings = dataclasses.replace(
        app.extensions["settings"],
        smtp_url="smtps://a:b@ssl0.ovh.net:465",
        return_host="mail.volontiers.example",
        base_url="https://lettres.volontiers.example",
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    found = domains.domain(workspace, "shop.fr", checked=False)
    domain_editing.change_hosts(
        found, return_path="bounce.shop.fr", tracking="news.shop.fr"
    )
    db.session.commit()
    return found


def publish(dns, key):
    own = OwnKey(key.selector, key.algorithm, key.public_key)
    return dns.txt(
        dkim_records.name_of(key.selector, "shop.fr"), dkim_records.record(own)
    )


def good_dns(domain):
    dns = (
        FakeDns()
        .txt("shop.fr", "v=spf1 include:mx.ovh.com ~all")
        .txt("mx.ovh.com", "v=spf1 ip4:192.0.2.0/24 ~all")
        .txt("_dmarc.shop.fr", "v=DMARC1; p=none; rua=mailto:dmarc@shop.fr")
        .txt("bounce.shop.fr", "v=spf1 include:mx.ovh.com -all")
    )
    dns.records["bounce.shop.fr", "MX"] = ["mail.volontiers.example"]
    dns.records["news.shop.fr", "CNAME"] = ["lettres.volontiers.example"]
    return publish(dns, domain_keys.every(domain)[0])


def check(domain, dns):
    domain_checking.check(domain.id, Dns(dns))
    db.session.refresh(domain)


def codes(domain):
    return {one["code"] for one in domain.checks}


@pytest.mark.covers("delivery-5")
def test_a_domain_with_all_its_records_is_green(workspace, made):
    check(made, good_dns(made))
    assert made.health == DomainHealth.GREEN
    assert codes(made) == {
        *("spf_good", "dkim_good", "dmarc_none"),
        *("return_path_good", "tracking_good"),
    }
    assert domain_keys.every(made)[0].seen_at is not None
    lea = "lea@shop.fr"
    assert sender_domains.signer_for(workspace, lea)
    assert sender_domains.return_path_host(workspace, lea) == "bounce.shop.fr"
    assert sender_domains.tracking_host(workspace, lea) == "news.shop.fr"


def test_a_domain_without_records_is_red(made):
    check(made, FakeDns())
    assert made.health == DomainHealth.RED
    assert codes(made) >= {"spf_missing", "dkim_missing", "dmarc_missing"}
    assert domain_keys.every(made)[0].seen_at is None


def test_a_silent_dns_changes_nothing(made):
    check(made, good_dns(made))
    before = made.checks
    silent = good_dns(made)
    for name, kind in list(silent.records):
        silent.silence(name, kind)
    check(made, silent)
    assert made.health == DomainHealth.GREEN
    assert {one["code"] for one in before} == codes(made)


def test_a_domain_the_dns_never_answered_for_stays_unchecked(made):
    silent = good_dns(made)
    for name, kind in list(silent.records):
        silent.silence(name, kind)
    check(made, silent)
    assert made.health == DomainHealth.UNCHECKED
    assert codes(made) == {"silent"}


def test_a_new_key_takes_over_when_it_is_published(made):
    dns = good_dns(made)
    check(made, dns)
    domain_editing.renew_key(made, KeyAlgorithm.RSA)
    db.session.commit()
    new, old = domain_keys.every(made)
    check(made, dns)
    assert domain_keys.in_use(domain_keys.every(made)) == [old]
    assert made.health == DomainHealth.AMBER
    publish(dns, new)
    check(made, dns)
    assert domain_keys.in_use(domain_keys.every(made)) == [new]
    assert made.health == DomainHealth.GREEN


def test_an_old_key_is_forgotten_when_no_mail_needs_it_any_more(made):
    dns = good_dns(made)
    check(made, dns)
    domain_editing.renew_key(made, KeyAlgorithm.RSA)
    db.session.commit()
    new, _old = domain_keys.every(made)
    check(made, publish(dns, new))
    assert len(domain_keys.every(made)) == 2
    later = clock.now() + domain_checking.KEPT_AFTER_ROTATION + timedelta(hours=1)
    with clock.stopped(later):
        check(made, dns)
    assert domain_keys.every(made) == [new]


def test_a_check_is_done_by_a_worker(made, worker, monkeypatch):
    monkeypatch.setattr(asking, "ask_dns", good_dns(made))
    domain_checking.ask(made)
    assert domain_checking.is_under_way(made)
    worker()
    db.session.refresh(made)
    assert made.health == DomainHealth.GREEN
    assert not domain_checking.is_under_way(made)


def test_every_domain_is_checked_daily(made, worker, monkeypatch):
    monkeypatch.setattr(asking, "ask_dns", good_dns(made))
    domain_checking.ask_all()
    worker()
    db.session.refresh(made)
    assert made.checked_at is not None


def test_a_check_that_was_lost_is_waited_for_no_longer(made):
    domain_checking.ask(made)
    with clock.stopped(clock.now() + domain_checking.PATIENCE):
        assert not domain_checking.is_under_way(made)


def test_a_domain_that_was_removed_meanwhile_is_not_checked(made):
    gone = made.id
    db.session.delete(made)
    db.session.commit()
    domain_checking.check(gone, Dns(FakeDns()))
    assert db.session.get(SenderDomain, gone) is None


def test_a_key_that_cannot_be_read_is_a_problem(app, made, monkeypatch):
    domain_keys._load.cache_clear()
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key")
    check(made, good_dns(made))
    assert "dkim_locked" in codes(made)
    assert made.health == DomainHealth.RED


def alarms():
    return [
        (one.recipient, one.content["values"]["domain"])
        for one in db.session.scalars(select(Message))
        if one.content.get("template") == "domain_alarm"
    ]


def test_the_owners_are_told_once_when_records_disappear(workspace, made):
    owner = make.member(workspace, role="owner")
    check(made, FakeDns())
    assert alarms() == []
    check(made, good_dns(made))
    check(made, FakeDns())
    check(made, FakeDns())
    assert alarms() == [(owner.email, "shop.fr")]


def test_the_alarm_leads_to_the_page_of_the_domain(workspace, made, worker, outbox):
    make.member(workspace, role="owner")
    check(made, good_dns(made))
    check(made, FakeDns())
    worker()
    [envelope] = outbox.outbox
    message = message_from_bytes(envelope.body, policy=policy.default)
    assert "shop.fr" in message["subject"]
    plain = message.get_body(("plain",)).get_content()
    assert f"/settings/domains/{made.id}" in plain
