"""Sent links that are made to lead elsewhere: asked twice for another site, remembered, counted on."""

import pytest
from sqlalchemy import select

from tests.factories import audience, domains
from tests.factories import campaigns as make
from webapp.accounts.models import AuditEntry
from webapp.campaigns.models import Status
from webapp.core.db import db
from webapp.messages import repairing, tracking
from webapp.messages.models import Hit

SENT = "https://maison-tilleul.example/miel"


@pytest.fixture
def link(workspace):
    mailing = audience.mailing_list(workspace)
    campaign = make.campaign(workspace, mailing_list_id=mailing.id, status=Status.SENT)
    made = make.link(campaign, SENT)
    person = audience.subscriber(workspace, mailing, clicks=True)
    make.hit(make.message(campaign, person, tracks_clicks=True), link=made)
    db.session.commit()
    return made


def page(link):
    return f"/w/maison-tilleul/campaigns/{link.campaign_id}/links/{link.id}"


@pytest.mark.parametrize(
    "address",
    [
        "https://maison-tilleul.example/miel-2026?a=1#b",
        "https://www.maison-tilleul.example/",
        "https://boutique.maison-tilleul.example/",
    ],
)
def test_a_link_of_the_same_site_leads_there_at_once_and_keeps_its_clicks(
    owner, link, address
):
    assert owner.post(page(link), data={"address": address}).status_code == 303
    db.session.expire_all()
    assert tracking.destination(link.id).url == address
    assert link.url == SENT
    assert [hit.link_id for hit in db.session.scalars(select(Hit))] == [link.id]


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "https://maison-tilleul.example.evil.example"]
)
def test_another_site_is_asked_about_and_led_to_once_confirmed(owner, link, address):
    answer = owner.post(page(link), data={"address": address})
    assert answer.status_code == 422
    assert "another site" in answer.text
    db.session.expire_all()
    assert tracking.destination(link.id).url == SENT
    owner.post(page(link), data={"address": address, "confirmed": "y"})
    db.session.expire_all()
    assert tracking.destination(link.id).url == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//maison-tilleul.example",
        "https://",
        "https://maison-tilleul.example/a b",
        "https://user@maison-tilleul.example/",
        "https://maison-tilleul.example/" + "a" * 2000,
        "http://[::1/",
        "http://volontiers.test/c/abc/7",
    ],
)
def test_what_no_reader_can_be_led_to_is_refused(owner, link, address):
    answer = owner.post(page(link), data={"address": address, "confirmed": "y"})
    assert answer.status_code == 422
    db.session.expire_all()
    assert tracking.destination(link.id).url == SENT


def test_a_link_leads_to_no_host_of_followed_links(workspace, owner, link):
    """Not to that of the shop, nor to that of another."""
    domains.domain(workspace).tracking_host = "go.shop.example"
    db.session.commit()
    there = {"address": "https://go.shop.example/c/abc/7", "confirmed": "y"}
    answer = owner.post(page(link), data=there)
    assert answer.status_code == 422


def test_what_was_changed_is_remembered_and_logged(owner, link):
    first, second = f"{SENT}/1", f"{SENT}/2"
    for address in (first, second, SENT):
        owner.post(page(link), data={"address": address})
    db.session.expire_all()
    told = [(one.before, one.after) for one in repairing.history(link)]
    assert told == [(second, SENT), (first, second), (SENT, first)]
    entries = db.session.scalars(
        select(AuditEntry.action).order_by(AuditEntry.id)
    ).all()
    assert entries == ["link.repaired"] * 3
    assert first in owner.get(page(link)).text


def test_only_those_who_may_send_repair_links_of_their_own_campaigns(
    owner, viewer, stranger, workspace, link
):
    assert viewer.get(page(link)).status_code == 403
    assert viewer.post(page(link), data={"address": SENT}).status_code == 403
    foreign = page(link).replace("maison-tilleul", "ailleurs")
    assert stranger.post(foreign, data={"address": SENT}).status_code == 404
    other = make.campaign(workspace, mailing_list_id=None)
    db.session.commit()
    elsewhere = f"/w/maison-tilleul/campaigns/{other.id}/links/{link.id}"
    assert owner.post(elsewhere, data={"address": SENT}).status_code == 404
