from ipaddress import ip_address

import pytest

from tests.fakes_dns import FakeDns
from webapp.deliverability.domain_checks import spf
from webapp.deliverability.domain_checks.asking import Dns, Silent
from webapp.deliverability.domain_checks.findings import Level
from webapp.deliverability.domain_checks.spf import Mechanism

OWN = Mechanism("relay.shop.fr", "relay.shop.fr", "a:relay.shop.fr")
RELAY = Mechanism("ssl0.ovh.net", "ssl0.ovh.net", "include:mx.ovh.com")
PROVIDER = Mechanism("brevo", "", "include:spf.brevo.com", spf.NOT_NAMED)


def codes(dns, *mechanisms, domain="shop.fr"):
    return {
        one.code: one.level for one in spf.check(domain, list(mechanisms), Dns(dns))
    }


@pytest.fixture
def dns():
    return (
        FakeDns()
        .host("relay.shop.fr", "203.0.113.9")
        .txt("mx.ovh.com", "v=spf1 ip4:192.0.2.0/24 ~all")
    )


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 ip4:203.0.113.0/24 include:mx.ovh.com ~all",
        "V=SPF1 IP4:203.0.113.9 Include:MX.ovh.com -ALL",
        "v=spf1 a:relay.shop.fr/32 include:mx.ovh.com -all",
        "v=spf1 redirect=_spf.shop.fr",
    ],
)
def test_a_record_that_allows_every_server_is_good(dns, record):
    dns.txt("_spf.shop.fr", "v=spf1 a:relay.shop.fr include:mx.ovh.com -all")
    dns.txt("shop.fr", "google-site-verification=x", record)
    assert codes(dns, OWN, RELAY) == {"spf_good": Level.GOOD}


def test_a_missing_record_is_found(dns):
    dns.txt("shop.fr", "v=spf10 is something else")
    assert codes(dns) == {"spf_missing": Level.PROBLEM}


@pytest.mark.covers("delivery-5")
def test_two_records_are_found(dns):
    dns.txt("shop.fr", "v=spf1 -all", "v=spf1 include:mx.ovh.com -all")
    assert codes(dns) == {"spf_two": Level.PROBLEM}


@pytest.mark.covers("delivery-5")
def test_more_than_ten_lookups_are_counted_through_all_that_is_included(dns):
    for number in range(5):
        dns.txt(f"s{number}.fr", "v=spf1 a:relay.shop.fr -all")
    five = " ".join(f"include:s{number}.fr" for number in range(5))
    dns.txt("shop.fr", f"v=spf1 {five} -all")
    assert codes(dns) == {"spf_good": Level.GOOD}
    dns.txt("shop.fr", f"v=spf1 {five} mx:relay.shop.fr -all")
    [finding] = [
        one for one in spf.check("shop.fr", [], Dns(dns)) if one.code == "spf_too_many"
    ]
    assert (finding.level, finding.detail["lookups"]) == (Level.PROBLEM, 11)


def test_a_record_that_includes_itself_is_read_to_an_end(dns):
    dns.txt("shop.fr", "v=spf1 include:a.fr -all")
    dns.txt("a.fr", "v=spf1 include:b.fr -all").txt("b.fr", "v=spf1 include:a.fr -all")
    assert codes(dns) == {"spf_good": Level.GOOD}


def test_too_many_names_that_lead_nowhere_are_found(dns):
    dns.txt("shop.fr", "v=spf1 a:x.fr a:y.fr -all")
    assert codes(dns) == {"spf_good": Level.GOOD}
    dns.txt("shop.fr", "v=spf1 a:x.fr a:y.fr mx:z.fr -all")
    assert codes(dns) == {"spf_voids": Level.PROBLEM}


def test_an_include_without_a_record_breaks_spf(dns):
    dns.txt("shop.fr", "v=spf1 include:gone.fr -all")
    assert codes(dns) == {"spf_no_include": Level.PROBLEM}


@pytest.mark.parametrize("term", ["ipv4:192.0.2.1", "ip4:192.0.2.300", "mail.shop.fr"])
def test_a_term_nobody_understands_breaks_spf(dns, term):
    dns.txt("shop.fr", f"v=spf1 {term} -all")
    assert codes(dns) == {"spf_broken": Level.PROBLEM}


@pytest.mark.parametrize("ending", ["+all", "all"])
def test_letting_everybody_send_is_found(dns, ending):
    dns.txt("shop.fr", f"v=spf1 {ending}")
    assert codes(dns) == {"spf_allows_all": Level.PROBLEM}


@pytest.mark.parametrize("ending", ["?all", ""])
def test_a_record_that_excludes_nobody_is_worth_a_word(dns, ending):
    dns.txt("shop.fr", f"v=spf1 ip4:192.0.2.1 {ending}")
    assert codes(dns) == {"spf_open": Level.ADVICE}


def test_a_server_that_may_not_send_is_found_with_what_to_add(dns):
    dns.txt("shop.fr", "v=spf1 mx -all").host("mx.fr", "192.0.2.7")
    dns.records["shop.fr", "MX"] = ["mx.fr"]
    [own, relay] = spf.check("shop.fr", [OWN, RELAY], Dns(dns))
    assert (own.code, own.detail["term"]) == ("spf_server", "a:relay.shop.fr")
    assert (relay.code, relay.detail["term"]) == ("spf_server", "include:mx.ovh.com")
    assert own.detail["record"] == "v=spf1 mx -all"


def test_a_provider_with_a_return_path_of_its_own_need_not_stand_there(dns):
    dns.txt("shop.fr", "v=spf1 -all")
    assert codes(dns, PROVIDER) == {"spf_provider": Level.ADVICE}


def test_a_relay_beside_us_may_send_by_anything(dns):
    here = Mechanism("127.0.0.1", "relay.shop.fr", "a:relay.shop.fr", spf.NOT_KNOWN)
    dns.txt("shop.fr", "v=spf1 include:mx.ovh.com -all")
    assert codes(dns, here) == {"spf_here": Level.ADVICE}
    dns.txt("shop.fr", "v=spf1 a:relay.shop.fr -all")
    assert codes(dns, here) == {"spf_good": Level.GOOD}


def test_what_macros_allow_is_not_judged(dns):
    dns.txt("shop.fr", "v=spf1 include:%{d}.spf.host.fr -all")
    assert codes(dns, OWN) == {"spf_good": Level.GOOD}


def test_networks_of_both_kinds_are_known(dns):
    dns.records["relay.shop.fr", "AAAA"] = ["2001:db8::9"]
    dns.records["shop.fr", "MX"] = ["relay.shop.fr"]
    record = "v=spf1 mx/24 ip6:2001:db8:1::/48 exp=why.shop.fr -all"
    walk = spf.follow("shop.fr", record, Dns(dns))
    assert walk.allows({ip_address("203.0.113.200")})
    assert walk.allows({ip_address("2001:db8::9")})
    assert walk.allows({ip_address("2001:db8:1::5")})
    assert not walk.allows({ip_address("2001:db8::a"), ip_address("192.0.2.1")})


def test_a_silent_dns_says_nothing(dns):
    dns.silence("shop.fr", "TXT")
    with pytest.raises(Silent):
        codes(dns)


@pytest.mark.parametrize("width", ["99", "x", "\u00b2", "-1"])
def test_a_network_that_is_none_breaks_the_record_and_not_the_check(dns, width):
    dns.txt("shop.fr", f"v=spf1 a:relay.shop.fr/{width} -all")
    assert codes(dns)["spf_broken"] is Level.PROBLEM


def test_of_mail_exchangers_without_end_some_are_asked_for():
    dns = FakeDns({("shop.fr", "MX"): [f"mx{n}.shop.fr" for n in range(500)]})
    dns.txt("shop.fr", "v=spf1 mx -all")
    codes(dns)
    assert sum(dns.asked.values()) < 50
