import pytest

from tests.fakes_dns import FakeDns
from webapp.deliverability.domain_checks import hosts
from webapp.deliverability.domain_checks.asking import Dns
from webapp.deliverability.domain_checks.findings import Level
from webapp.deliverability.domain_checks.spf import Mechanism

OURS = "mail.volontiers.example"
SERVER = Mechanism("relay", "relay.shop.fr", "a:relay.shop.fr")


@pytest.fixture
def dns():
    return FakeDns().host("relay.shop.fr", "203.0.114.9")


def codes(found):
    return {one.code: one.level for one in found}


def return_path(dns):
    return codes(hosts.check_return_path("bounce.shop.fr", OURS, [SERVER], Dns(dns)))


def test_a_return_path_needs_an_exchanger_of_ours_and_spf(dns):
    assert return_path(dns) == {"return_path_missing": Level.ADVICE}
    dns.records["bounce.shop.fr", "MX"] = ["mx.elsewhere.fr"]
    assert return_path(dns) == {"return_path_elsewhere": Level.ADVICE}
    dns.records["bounce.shop.fr", "MX"] = [OURS]
    assert return_path(dns) == {"spf_missing": Level.ADVICE}
    dns.txt("bounce.shop.fr", "v=spf1 -all")
    assert return_path(dns) == {"spf_server": Level.ADVICE}
    dns.txt("bounce.shop.fr", "v=spf1 a:relay.shop.fr -all")
    assert return_path(dns) == {"return_path_good": Level.GOOD}


def server(dns):
    return codes(hosts.check_server("relay", "relay.shop.fr", Dns(dns)))


@pytest.mark.covers("delivery-5")
def test_an_address_without_a_name_that_leads_back_is_found(dns):
    reverse = ("9.114.0.203.in-addr.arpa.".rstrip("."), "PTR")
    assert server(dns) == {"server_no_name": Level.ADVICE}
    dns.records[reverse] = ["host9.provider.fr"]
    assert server(dns) == {"server_wrong_name": Level.ADVICE}
    dns.records[reverse] = ["relay.shop.fr"]
    assert server(dns) == {"server_good": Level.GOOD}


def test_a_server_that_is_nowhere_is_found():
    assert server(FakeDns()) == {"server_unknown": Level.ADVICE}


def tracking(dns):
    return codes(hosts.check_tracking("news.shop.fr", OURS, Dns(dns)))


def test_a_tracking_host_leads_to_us_by_name_or_by_address(dns):
    assert tracking(dns) == {"tracking_missing": Level.ADVICE}
    dns.host("news.shop.fr", "203.0.114.80").host(OURS, "203.0.114.81")
    assert tracking(dns) == {"tracking_elsewhere": Level.ADVICE}
    dns.host(OURS, "203.0.114.80")
    assert tracking(dns) == {"tracking_good": Level.GOOD}
    dns.records["news.shop.fr", "CNAME"] = [OURS]
    dns.host("news.shop.fr")
    assert tracking(dns) == {"tracking_good": Level.GOOD}
