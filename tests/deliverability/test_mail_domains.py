"""A domain that takes no mail is known before anything is sent to it; in doubt it takes mail."""

import dns.exception
import dns.resolver
import pytest

from webapp.deliverability import mail_domains
from webapp.deliverability.mail_domains import NoAnswer, NoSuchDomain, refuses_all


def dns_that_knows(**records):
    def ask(name, kind):
        answer = records.get(name.partition(".")[0], NoSuchDomain())
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ask


WORLD = {"org": ["a0.org.afilias-nst.info."]}


@pytest.mark.parametrize(
    ("records", "refuses"),
    [
        ({"shop": ["mx1.shop.example.", "mx2.shop.example."]}, False),
        ({"shop": ["."]}, True),
        ({}, True),
        ({"shop": NoAnswer()}, False),
    ],
)
def test_a_null_mx_and_an_unknown_name_refuse_and_silence_does_not(records, refuses):
    ask = dns_that_knows(**WORLD, **records)
    assert refuses_all("shop.example", ask) is refuses


@pytest.mark.parametrize("world", [{}, {"org": NoAnswer()}])
def test_a_dns_that_knows_no_public_name_keeps_nobody_out(world):
    assert not refuses_all("shop.example", dns_that_knows(**world))


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (dns.resolver.NXDOMAIN(), NoSuchDomain),
        (dns.resolver.LifetimeTimeout(timeout=3, errors=[]), NoAnswer),
        (dns.exception.DNSException(), NoAnswer),
        (OSError(), NoAnswer),
    ],
)
def test_what_the_resolver_raises_is_named(monkeypatch, raised, told):
    def fail(*_, **__):
        raise raised

    monkeypatch.setattr(dns.resolver, "resolve", fail)
    with pytest.raises(told):
        mail_domains.resolve("shop.example", "MX")
