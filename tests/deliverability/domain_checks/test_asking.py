from ipaddress import ip_address

import dns.exception
import dns.resolver
import pytest
from dns.rdatatype import MX, TXT, A

from tests.fakes_dns import FakeDns
from webapp.deliverability.domain_checks import asking
from webapp.deliverability.domain_checks.asking import Dns, Silent


class Answer(list):
    def __init__(self, rdtype, *records):
        super().__init__(records)
        self.rdtype = rdtype


class Record:
    def __init__(self, **values):
        self.__dict__.update(values)

    def __str__(self):
        return self.text


@pytest.fixture
def answering(monkeypatch):
    def answer(what):
        def resolve(name, kind, **options):
            assert options["lifetime"] <= asking.LIFETIME
            if isinstance(what, Exception):
                raise what
            return what

        monkeypatch.setattr(dns.resolver, "resolve", resolve)

    return answer


def test_the_parts_of_a_text_are_joined(answering):
    answering(Answer(TXT, Record(strings=(b"v=DKIM1; p=AB", b"CD"))))
    assert asking.ask_dns("shop.fr", "TXT") == ["v=DKIM1; p=ABCD"]


def test_names_have_no_last_dot(answering):
    answering(Answer(MX, Record(exchange="MX1.Shop.fr.")))
    assert asking.ask_dns("shop.fr", "MX") == ["mx1.shop.fr"]
    answering(Answer(A, Record(text="203.0.113.9")))
    assert asking.ask_dns("shop.fr", "A") == ["203.0.113.9"]


@pytest.mark.parametrize("reason", [dns.resolver.NXDOMAIN(), dns.name.EmptyLabel()])
def test_what_does_not_exist_has_no_records(answering, reason):
    answering(reason)
    assert asking.ask_dns("shop.fr", "TXT") == []


@pytest.mark.parametrize("reason", [dns.exception.Timeout(), OSError()])
def test_silence_is_no_answer(answering, reason):
    answering(reason)
    with pytest.raises(Silent):
        asking.ask_dns("shop.fr", "TXT")


def test_nothing_is_asked_twice():
    fake = FakeDns().txt("shop.fr", "v=spf1 -all")
    asked = Dns(fake)
    assert asked.records("Shop.fr.", "TXT") == asked.records("shop.fr", "TXT")
    assert fake.asked["shop.fr", "TXT"] == 1


def test_an_address_stands_for_itself():
    assert Dns(FakeDns()).addresses("203.0.113.9") == {ip_address("203.0.113.9")}


def test_questions_that_lead_to_more_and_more_questions_end():
    asked = Dns(FakeDns())
    for number in range(asking.MOST_QUESTIONS):
        asked.records(f"n{number}.shop.fr", "A")
    assert asked.records("n1.shop.fr", "A") == []
    with pytest.raises(Silent):
        asked.records("one-more.shop.fr", "A")
