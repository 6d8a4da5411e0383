"""The page at the shop counter: who may open it, what it says, and what it never says."""

import re

import pytest
from sqlalchemy import select

from tests.factories import accounts as make_accounts
from tests.factories import subscriptions as make_people
from tests.factories import widgets as make
from webapp.accounts.actions import ACTIONS
from webapp.accounts.models import AuditEntry
from webapp.consent.models import ConsentEvent
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.deliverability import mail_domains
from webapp.messages.models import Message, Status
from webapp.widgets import kiosk, queries


@pytest.fixture
def widget(workspace):
    made = make.widget(
        workspace,
        display="kiosk",
        fields=["first_name"],
        translations={"en": {"title": "The letter"}},
    )
    db.session.commit()
    return made


@pytest.fixture
def seller(workspace, sign_in):
    return sign_in(make_accounts.member(workspace, role="seller"))


def _at(widget, path="", slug="maison-tilleul"):
    return f"/w/{slug}/widgets/{widget.id}/counter{path}"


def _enter(browser, widget, email="anna@example.org", **typed):
    return browser.post(_at(widget), data={"email": email, **typed})


def _said(browser, widget, email):
    page = browser.get(_enter(browser, widget, email).location).text
    return re.search(r"counter-done-words\">([^<]*)<", page)[1]


def test_a_seller_enters_a_customer_and_the_form_is_empty_again(seller, widget):
    answer = _enter(seller, widget, first_name="Anna")
    assert answer.status_code == 303
    page = seller.get(answer.location).text
    assert "A message goes to a…@example.org" in page
    assert "<strong>1</strong> today" in page
    assert "anna@example.org" not in page
    assert 'value="Anna"' not in page


def test_the_seller_stands_in_the_ledger_and_in_the_audit_log(seller, widget):
    _enter(seller, widget)
    event = db.session.scalar(select(ConsentEvent))
    entry = db.session.scalar(select(AuditEntry))
    assert event.user_id == entry.user_id is not None
    assert event.widget_version_id == queries.latest_version(widget).id
    assert (entry.action, entry.target_id) == ("counter.entered", widget.id)
    assert "anna" not in str(entry.detail) + entry.target_name


def test_what_is_recorded_has_a_sentence():
    assert {"counter.entered", "counter.undone"} <= ACTIONS.keys()


@pytest.mark.covers("consent-11")
def test_the_seller_is_told_the_same_of_everybody(seller, workspace, widget):
    letter = queries.mailing_list_of(widget)
    make_people.subscriber(workspace, letter, "known@example.org")
    db.session.commit()
    said = {
        _said(seller, widget, email).replace(email[0], "x", 1)
        for email in ("known@example.org", "new@example.org")
    }
    assert len({sentence.rpartition(" ")[0] for sentence in said}) == 1
    page = seller.get(_at(widget)).text
    assert "Undo" in page


@pytest.mark.covers("consent-1")
def test_the_sentence_is_to_be_read_out_and_no_box_is_ticked(seller, widget):
    page = seller.get(_at(widget)).text
    read = page.index("Read this out")
    assert read < page.index("Je souhaite recevoir les nouveautés par e-mail.")
    assert page.count("Ask this apart") == 2
    assert "checked" not in page
    assert "autofocus" in re.search(r'<input type="email"[^>]*>', page)[0]


def test_the_form_speaks_to_the_customer_and_the_page_to_the_seller(seller, widget):
    page = seller.get(_at(widget, "?language=fr")).text
    assert "Adresse e-mail" in page
    assert "Shop counter" in page
    english = seller.get(_at(widget, "?language=en")).text
    assert "E-mail address" in english
    answer = seller.post(
        _at(widget, "?language=en"), data={"email": "anna@example.org"}
    )
    assert answer.location.endswith("?language=en")


def test_an_error_keeps_what_was_typed_and_speaks_to_the_seller(seller, widget):
    answer = _enter(seller, widget, "anna@", first_name="Anna", opens="yes")
    assert answer.status_code == 422
    assert 'value="Anna"' in answer.text
    assert 'name="opens" value="yes" checked' in answer.text
    assert "This does not look like an e-mail address." in answer.text
    assert db.session.scalar(select(Contact)) is None


def test_who_enters_too_many_is_told_and_loses_nothing(seller, widget, monkeypatch):
    monkeypatch.setattr(kiosk, "PER_HOUR", 1)
    _enter(seller, widget)
    answer = _enter(seller, widget, "bruno@example.org")
    assert answer.status_code == 422
    assert "very many customers" in answer.text
    assert 'value="bruno@example.org"' in answer.text
    assert db.session.scalars(select(Contact.email)).all() == ["anna@example.org"]


def test_without_script_a_slip_is_asked_about_too(seller, widget):
    answer = _enter(seller, widget, "anna@gmial.com", first_name="Anna")
    assert answer.status_code == 422
    assert "Did you mean anna@gmail.com?" in answer.text
    assert 'value="Anna"' in answer.text
    _enter(seller, widget, "anna@gmial.com", asked="yes", meant="anna@gmail.com")
    assert db.session.scalar(select(Contact.email)) == "anna@gmail.com"


def test_the_last_entry_is_taken_back(seller, widget):
    _enter(seller, widget)
    answer = seller.post(_at(widget, "/undo"))
    page = seller.get(answer.location).text
    assert "The last entry was taken back." in page
    assert "<strong>0</strong> today" in page
    assert "counter-done" not in page
    assert db.session.scalar(select(Message.status)) == Status.SKIPPED
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))
    assert actions.all() == ["counter.entered", "counter.undone"]


def test_without_an_entry_there_is_nothing_to_take_back(seller, widget):
    answer = seller.post(_at(widget, "/undo"), follow_redirects=True)
    assert "alert-danger" in answer.text
    assert db.session.scalar(select(AuditEntry)) is None


def test_the_address_is_looked_at_while_the_customer_is_there(
    seller, widget, monkeypatch
):
    monkeypatch.setattr(mail_domains, "refuses_all", lambda domain: "gone" in domain)

    def told(email):
        return seller.post(_at(widget, "/hint"), data={"email": email}).json

    assert told("anna@gmial.com")["question"] == "Did you mean anna@gmail.com?"
    assert "takes no e-mail" in told("anna@gone.example")["dead"]
    assert told("anna@example.org")["dead"] == told("anna@example.org")["meant"] == ""


def test_the_way_out_leads_to_the_widget_and_the_way_in_from_it(seller, widget):
    page = f"/w/maison-tilleul/widgets/{widget.id}"
    assert f'href="{page}"' in seller.get(_at(widget)).text
    assert f'href="{page}/counter"' in seller.get(page).text


def test_a_seller_sees_no_contact_and_changes_no_widget(seller, widget):
    page = f"/w/maison-tilleul/widgets/{widget.id}"
    assert seller.get("/w/maison-tilleul/contacts/").status_code == 403
    assert seller.post(f"{page}/publish").status_code == 403
    assert seller.post(f"{page}/sources", data={"name": "x"}).status_code == 403


@pytest.mark.parametrize("role", ["viewer", "privacy_officer"])
def test_who_does_not_sell_enters_nobody(workspace, sign_in, widget, role):
    browser = sign_in(make_accounts.member(workspace, role=role))
    assert browser.get(_at(widget)).status_code == 403
    assert _enter(browser, widget).status_code == 403
    assert browser.post(_at(widget, "/undo")).status_code == 403
    assert browser.post(_at(widget, "/hint")).status_code == 403


def test_a_counter_of_another_workspace_does_not_exist(stranger, widget):
    for slug in ("ailleurs", "maison-tilleul"):
        assert stranger.get(_at(widget, slug=slug)).status_code == 404
        for path in ("", "/undo", "/hint"):
            assert stranger.post(_at(widget, path, slug)).status_code == 404


def test_a_site_that_is_not_ours_enters_nobody(app, seller, widget):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert _enter(seller, widget).status_code == 400
        page = seller.get(_at(widget)).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        assert _enter(seller, widget, csrf_token=token).status_code == 303
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_widget_for_a_site_has_no_counter(seller, workspace):
    other = make.widget(workspace)
    db.session.commit()
    assert seller.get(_at(other)).status_code == 404
    assert seller.post(_at(other), data={"email": "a@b.fr"}).status_code == 404


def test_the_contact_came_by_the_counter(editor, seller, widget):
    _enter(seller, widget)
    contact = db.session.scalar(select(Contact))
    page = editor.get(f"/w/maison-tilleul/contacts/{contact.id}").text
    assert "at the shop counter" in page
    assert "entered by a colleague (In the shop)" in page
