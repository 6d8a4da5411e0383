import pytest

from tests.fakes_dns import FakeDns
from webapp.deliverability.domain_checks import dmarc
from webapp.deliverability.domain_checks.asking import Dns
from webapp.deliverability.domain_checks.findings import Level

GOOD = "v=DMARC1; p=quarantine; rua=mailto:dmarc@shop.fr"


def check(dns, domain="shop.fr"):
    return {one.code: one.level for one in dmarc.check(domain, Dns(dns))}


def having(**records):
    dns = FakeDns()
    for name, text in records.items():
        dns.txt(f"_dmarc.{name.replace('_', '.')}", text)
    return dns


@pytest.mark.covers("delivery-5")
def test_a_missing_record_is_found():
    assert check(FakeDns()) == {"dmarc_missing": Level.PROBLEM}


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "v=DMARC1;rua=mailto:a@shop.fr;p=reject",
        f"{GOOD}; np=reject; psd=n; sp=none; fo=1; t=n",
    ],
)
def test_a_record_with_a_policy_and_reports_is_good(text):
    assert check(having(shop_fr=text)) == {"dmarc_good": Level.GOOD}


def test_a_policy_of_none_is_enough_and_is_explained():
    found = having(shop_fr="v=DMARC1; p=none; rua=mailto:a@shop.fr")
    assert check(found) == {"dmarc_none": Level.GOOD}


def test_a_record_without_a_policy_counts_as_none():
    found = having(shop_fr="v=DMARC1; rua=mailto:a@shop.fr")
    assert check(found) == {"dmarc_none": Level.GOOD}


@pytest.mark.covers("delivery-5")
@pytest.mark.parametrize("tag", ["pct=50", "ri=3600", "rf=afrf"])
def test_tags_that_were_removed_are_found(tag):
    assert check(having(shop_fr=f"{GOOD}; {tag}")) == {"dmarc_removed": Level.ADVICE}


@pytest.mark.parametrize(
    ("text", "code", "level"),
    [
        ("v=DMARC1; p=none", "dmarc_no_rua", Level.ADVICE),
        (f"{GOOD}; t=y", "dmarc_testing", Level.ADVICE),
        (f"{GOOD}; adkim=s", "dmarc_strict", Level.ADVICE),
        (f"{GOOD}; color=red", "dmarc_unknown", Level.ADVICE),
        ("v=DMARC1; p=refuse; rua=mailto:a@shop.fr", "dmarc_policy", Level.PROBLEM),
    ],
)
def test_what_is_wrong_with_a_record_is_found(text, code, level):
    assert check(having(shop_fr=text)) == {code: level}


def test_two_records_count_as_none():
    dns = FakeDns().txt("_dmarc.shop.fr", GOOD, GOOD)
    assert check(dns) == {"dmarc_two": Level.PROBLEM}


def test_the_record_of_the_organization_holds_for_what_is_below_it():
    dns = having(shop_fr=GOOD, fr="v=DMARC1; p=none; psd=y; rua=mailto:a@afnic.fr")
    assert dmarc.holding("a.news.shop.fr", Dns(dns)) == ("shop.fr", GOOD)
    assert check(dns, "a.news.shop.fr") == {"dmarc_good": Level.GOOD}


def test_a_domain_on_its_own_ends_the_walk():
    own = f"{GOOD}; psd=n"
    dns = having(news_shop_fr=own, shop_fr=GOOD)
    assert dmarc.holding("a.news.shop.fr", Dns(dns)) == ("news.shop.fr", own)


def test_the_record_of_a_public_suffix_holds_where_there_is_no_other():
    text = "v=DMARC1; p=reject; psd=y; rua=mailto:a@gouv.fr"
    dns = having(gouv_fr=text)
    assert dmarc.holding("www.ville.gouv.fr", Dns(dns)) == ("gouv.fr", text)


def test_a_policy_for_subdomains_is_the_one_that_counts_below():
    tags = {"p": "reject", "sp": "none"}
    assert dmarc.policy_of(tags, is_own=True) == "reject"
    assert dmarc.policy_of(tags, is_own=False) == "none"


def test_a_walk_asks_eight_times_at_most():
    assert dmarc.steps("a.b.shop.fr") == ["a.b.shop.fr", "b.shop.fr", "shop.fr", "fr"]
    long = "a.b.c.d.e.f.g.h.i.j.shop.fr"
    assert dmarc.steps(long) == [
        long,
        *("f.g.h.i.j.shop.fr", "g.h.i.j.shop.fr", "h.i.j.shop.fr", "i.j.shop.fr"),
        *("j.shop.fr", "shop.fr", "fr"),
    ]
    dns = FakeDns()
    check(dns, long)
    assert sum(dns.asked.values()) == dmarc.MOST_QUERIES
