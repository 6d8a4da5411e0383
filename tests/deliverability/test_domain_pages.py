import dataclasses
from html import unescape

import pytest

from tests.factories import domains
from tests.fakes_dns import FakeDns
from webapp.accounts.models import User
from webapp.core.db import db
from webapp.deliverability import domain_checking, domain_keys, sender_domains
from webapp.deliverability.domain_checks import asking

PAGES = "/w/maison-tilleul/settings/domains/"


@pytest.fixture
def made(app, workspace, monkeypatch):
    settings = dataclasses.replace(
        app.extensions["settings"],
        smtp_url="smtps://a:b@ssl0.ovh.net:465",
        return_host="mail.volontiers.example",
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    found = domains.domain(workspace, checked=False)
    db.session.commit()
    return found


def page(browser, domain=None, path=""):
    answer = browser.get(f"{PAGES}{domain.id if domain else ''}{path}")
    assert answer.status_code == 200
    return unescape(answer.text)


def test_the_domain_of_the_sender_is_proposed(workspace, owner):
    assert 'value="maison-tilleul.example"' in page(owner)


def test_an_address_at_a_provider_is_explained(workspace, owner):
    workspace.sender_email = "lea@orange.fr"
    db.session.commit()
    text = page(owner)
    assert "lea@orange.fr" in text
    assert "a domain of your own" in text
    assert 'value="orange.fr"' not in text


def test_a_domain_is_added_checked_and_its_records_shown(
    workspace, owner, worker, monkeypatch
):
    monkeypatch.setattr(asking, "ask_dns", FakeDns())
    answer = owner.post(PAGES, data={"domain": "https://shop.fr"})
    assert answer.status_code == 303
    [domain] = sender_domains.every(workspace)
    assert "The DNS is being asked" in page(owner, domain)
    assert "HX-Refresh" not in owner.get(f"{PAGES}{domain.id}/checks").headers
    worker()
    assert owner.get(f"{PAGES}{domain.id}/checks").headers["HX-Refresh"] == "true"
    text = page(owner, domain)
    assert "shop.fr has no SPF record." in text
    [key] = domain_keys.every(domain)
    assert f"v=DKIM1; k=rsa; p={key.public_key}" in text
    assert f"{key.selector}._domainkey.shop.fr" in text
    assert "Not set up" in page(owner)


@pytest.mark.parametrize("typed", ["", "no domain", "gmail.com", "x.fr" * 100])
def test_what_cannot_be_added_is_said_beside_the_field(workspace, owner, typed):
    answer = owner.post(PAGES, data={"domain": typed})
    assert answer.status_code == 422
    assert 'id="domain-error"' in answer.text
    assert sender_domains.every(workspace) == []


@pytest.mark.usefixtures("workspace")
def test_a_domain_that_is_ready_says_so(owner, made):
    domains.pass_checks(made)
    db.session.commit()
    assert "Everything is in place." in page(owner, made)
    assert "Ready" in page(owner)


def test_a_check_can_be_asked_for(owner, made):
    assert owner.post(f"{PAGES}{made.id}/check").status_code == 303
    db.session.refresh(made)
    assert domain_checking.is_under_way(made)


def test_names_are_kept_and_wrong_ones_refused(owner, made):
    names = {"return_path_host": "bounce.maison-tilleul.example", "tracking_host": ""}
    assert owner.post(f"{PAGES}{made.id}/names", data=names).status_code == 303
    assert "10 mail.volontiers.example." in page(owner, made)
    names["tracking_host"] = "news.other.fr"
    assert owner.post(f"{PAGES}{made.id}/names", data=names).status_code == 422


def test_a_new_key_waits_for_its_record(owner, made):
    domains.pass_checks(made)
    db.session.commit()
    assert owner.post(f"{PAGES}{made.id}/keys/rsa").status_code == 303
    assert owner.post(f"{PAGES}{made.id}/keys/ed25519").status_code == 303
    assert owner.post(f"{PAGES}{made.id}/keys/dsa").status_code == 404
    assert page(owner, made).count("Waits for its record") == 2
    spare = domain_keys.every(made)[0]
    assert owner.post(f"{PAGES}{made.id}/keys/{spare.id}/remove").status_code == 303
    assert page(owner, made).count("Waits for its record") == 1


@pytest.mark.covers("delivery-4")
def test_an_owner_answers_for_a_domain_that_fails(owner, made):
    domains.fail_checks(made)
    db.session.commit()
    at = f"{PAGES}{made.id}/override"
    assert owner.post(at, data={"reason": " "}).status_code == 422
    assert owner.post(at, data={"reason": "Noël <attend> pas"}).status_code == 303
    text = page(owner, made)
    who = db.session.get_one(User, made.override_by_id)
    assert "Noël <attend> pas" in text
    assert who.name in text
    assert "Sends all the same" in page(owner)
    assert owner.post(f"{at}/withdraw").status_code == 303
    assert "Sends all the same" not in page(owner)


@pytest.mark.covers("delivery-4")
def test_nobody_but_an_owner_answers_for_a_domain(editor, made):
    at = f"{PAGES}{made.id}/override"
    assert editor.post(at, data={"reason": "Because"}).status_code == 403


def test_a_domain_is_removed(workspace, owner, made):
    assert owner.post(f"{PAGES}{made.id}/remove").status_code == 303
    assert sender_domains.every(workspace) == []
