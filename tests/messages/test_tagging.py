"""Campaign tags: on the shop's own sites, once, and nothing else of an address changed."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.factories import audience
from tests.factories import sendings as make
from webapp.campaigns import blueprints, planning, previewing
from webapp.core.db import db
from webapp.core.i18n import speaking
from webapp.messages import links, tagging

KEPT = {"tags": {"utm_source": "lettre", "utm_campaign": "été & co"}, "sites": []}
ADDRESSES = some.from_regex(
    r"https://[a-z]{1,9}\.fr(/[!-~é]{0,40})?", fullmatch=True
).filter(lambda url: not set('"<>{}|\\\\') & set(url))


def hrefs(html):
    return re.findall(r'href="([^"]*)"', html)


def tagged(url, kept=KEPT, ours=()):
    written = url.replace("&", "&amp;").replace("'", "&#x27;")
    made = tagging.apply(f'<a href="{written}">x</a>', kept, ours)
    return links.find(made).destinations[0]


@pytest.mark.covers("delivery-49")
@given(ADDRESSES)
def test_what_an_address_says_survives_byte_for_byte_and_tags_come_once(url):
    once = tagged(url)
    address, _, fragment = url.partition("#")
    assert once.startswith(address)
    assert once.partition("#")[2] == fragment
    assert tagged(once) == once


@pytest.mark.covers("delivery-49")
@pytest.mark.parametrize(
    "url",
    [
        "https://a.fr/?utm_source=autre",
        "https://a.fr/?x=1&utm_source",
        "https://a.fr/?utm_source=#bas",
    ],
)
def test_a_tag_that_is_there_is_never_written_over(url):
    assert tagged(url).count("utm_source") == 1
    assert urlsplit(tagged(url)).query.startswith(urlsplit(url).query)


@pytest.mark.covers("delivery-49")
def test_our_own_pages_mail_and_links_of_one_person_are_left_alone():
    left = [
        "{{ unsubscribe_url }}",
        "{{ preferences_url }}",
        "mailto:a@b.fr",
        "tel:+331",
        "#bas",
        "https://news.shop.fr/f/abc",
        "https://a.fr/?u={{ contact.email }}",
    ]
    html = "".join(f'<a href="{url}">x</a>' for url in [*left, "https://a.fr"])
    made = tagging.apply(html, KEPT, {"news.shop.fr"})
    assert hrefs(made)[:-1] == left
    assert "utm_source=lettre" in hrefs(made)[-1]


def test_only_links_to_the_sites_named_are_tagged():
    kept = {**KEPT, "sites": ["shop.fr", "xn--th-cja.fr"]}
    for url in ("https://shop.fr/a", "https://WWW.shop.fr", "https://thé.fr/"):
        assert "utm_source=lettre" in tagged(url, kept)
    for url in ("https://notshop.fr", "https://shop.fr.evil.example/", "http://[::1/"):
        assert tagged(url, kept) == url


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("shop.fr", "shop.fr"),
        ("https://www.Shop.fr/tea?a=1", "shop.fr"),
        ("thé.fr:8443", "xn--th-cja.fr"),
    ],
)
def test_a_site_is_kept_by_its_name_however_it_was_pasted(written, kept):
    assert tagging.site(written) == kept


@pytest.mark.parametrize("written", ["shop", "..", "a b.fr", "http://", "[::1", "-.fr"])
def test_what_is_no_site_is_refused(written):
    with pytest.raises(tagging.NotASite):
        tagging.site(written)


@pytest.mark.parametrize("pattern", ["{{ contact.email }}", "{{", "}}", "{% if %}"])
def test_a_tag_can_say_nothing_about_a_person(pattern):
    with pytest.raises(tagging.UnknownVariable):
        tagging.check(pattern)


@pytest.fixture
def campaign(workspace):
    mailing = audience.mailing_list(workspace)
    audience.subscriber(workspace, mailing)
    patterns = {
        "source": "lettre",
        "medium": "",
        "campaign": "{{ campaign.name }} {{list.name}}",
        "content": "",
    }
    tagging.save(workspace, patterns, ["maison-tilleul.example"])
    return make.campaign(workspace, mailing)


def test_the_preview_shows_what_is_added_and_the_text_part_says_the_same(
    workspace, campaign
):
    seen = previewing.seen_by(workspace, campaign, None)
    for part in (seen.html, seen.text):
        assert "maison-tilleul.example/miel?utm_source=lettre&" in part.replace(
            "&amp;", "&"
        )
        assert "?a=1&b=2&utm_source=lettre&utm_campaign=Novembre%20" in part.replace(
            "&amp;", "&"
        )
    assert "utm_medium" not in seen.html
    with speaking("en"):
        checks = [
            str(one.text) for one in previewing.Draft(workspace, campaign).checks()
        ]
    assert "Links with campaign tags: 2." in checks


def test_what_began_to_leave_keeps_its_tags_whatever_the_rules_become(
    workspace, campaign
):
    planning.start(campaign)
    before = blueprints.compiled(campaign).html
    tagging.stop(workspace)
    db.session.flush()
    assert blueprints.compiled(campaign).html == before
    assert blueprints.link_tags(campaign)["tags"]["utm_source"] == "lettre"
