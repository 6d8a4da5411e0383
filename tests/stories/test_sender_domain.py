"""A shop gets a mail server, sets its domain up, and its newsletter leaves signed."""

import dataclasses

import dkim
import pytest

from tests.factories import sendings
from tests.fakes_dns import FakeDns
from webapp.campaigns import planning
from webapp.campaigns.models import Status
from webapp.core.db import db
from webapp.core.mail_templates import Words
from webapp.deliverability import domain_records, return_paths, sender_domains
from webapp.deliverability.domain_checks import asking
from webapp.messages import posting

PAGES = "/w/maison-tilleul/settings/domains/"


@pytest.fixture
def server(app, monkeypatch):
    """The installation sends by a relay, and hears what comes back."""
    settings = dataclasses.replace(
        app.extensions["settings"],
        smtp_url="smtps://a:b@ssl0.ovh.net:465",
        return_host="mail.volontiers.example",
    )
    monkeypatch.setitem(app.extensions, "settings", settings)


@pytest.fixture
def zone(monkeypatch):
    """The DNS, as the shop's provider shows it."""
    dns = FakeDns().txt("mx.ovh.com", "v=spf1 ip4:192.0.2.0/24 ~all")
    monkeypatch.setattr(asking, "ask_dns", dns)
    return dns


def publish(zone, domain, workspace):
    for record in domain_records.of(domain, workspace):
        value = record.value.removeprefix("10 ").rstrip(".")
        zone.records[record.name, record.kind] = [value]


def verifies(message, zone):
    def look_up(name, timeout=5):
        return zone(name.decode().rstrip("."), "TXT")[0].encode()

    return dkim.DKIM(message, minkey=2048).verify(dnsfunc=look_up)


@pytest.mark.covers("delivery-2")
@pytest.mark.covers("delivery-4")
@pytest.mark.usefixtures("server")
def test_a_newsletter_waits_for_the_domain_and_then_leaves_signed(
    workspace, owner, worker, outbox, zone
):
    campaign, _people = sendings.campaign_for(workspace, 1)
    with pytest.raises(planning.NotReady):
        planning.start(campaign)
    db.session.commit()

    owner.post(PAGES, data={"domain": "maison-tilleul.example"})
    worker()
    [domain] = sender_domains.every(workspace)
    assert domain.health == "red"
    with pytest.raises(planning.NotReady):
        planning.start(campaign)
    db.session.commit()

    publish(zone, domain, workspace)
    owner.post(f"{PAGES}{domain.id}/check")
    worker()
    db.session.refresh(domain)
    assert domain.health == "green"

    planning.start(campaign)
    worker()
    assert campaign.status == Status.SENT
    [envelope] = outbox.outbox
    assert verifies(envelope.body, zone)
    assert b"d=maison-tilleul.example;" in envelope.body
    assert not verifies(
        envelope.body.replace(b"List-Unsubscribe=One", b"List-Unsubscribe=Two"), zone
    )


@pytest.mark.usefixtures("server")
def test_a_notice_is_signed_and_comes_back_by_its_own_path(
    workspace, owner, worker, outbox, zone
):
    owner.post(PAGES, data={"domain": "maison-tilleul.example"})
    [domain] = sender_domains.every(workspace)
    publish(zone, domain, workspace)
    worker()
    words = Words("Bonjour", "Un mot.\n", "<p>Un mot.</p>")
    message = posting.post_written(words, to="zoe@example.org", workspace=workspace)
    worker()
    [envelope] = outbox.outbox
    assert verifies(envelope.body, zone)
    assert envelope.mail_from.endswith("@bounce.maison-tilleul.example")
    assert return_paths.read(envelope.mail_from) == message.id


@pytest.mark.covers("delivery-4")
@pytest.mark.usefixtures("server")
def test_an_owner_who_answers_for_it_sends_all_the_same(
    workspace, owner, worker, outbox, zone
):
    owner.post(PAGES, data={"domain": "maison-tilleul.example"})
    worker()
    [domain] = sender_domains.every(workspace)
    campaign, _people = sendings.campaign_for(workspace, 1)
    db.session.commit()
    reason = {"reason": "The records come next week."}
    owner.post(f"{PAGES}{domain.id}/override", data=reason)
    planning.start(campaign)
    worker()
    assert len(outbox.outbox) == 1


@pytest.mark.covers("delivery-4")
@pytest.mark.usefixtures("server", "zone")
def test_a_campaign_that_is_due_says_why_it_waits(workspace, outbox, worker):
    campaign, _people = sendings.campaign_for(workspace, 1)
    [problem] = planning.check_ready(campaign)
    assert "maison-tilleul.example" in str(problem)
    campaign.sender_email = "lea@gmail.com"
    [problem] = planning.check_ready(campaign)
    assert "gmail.com" in str(problem)
