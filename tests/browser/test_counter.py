"""The shop counter in a real browser: by keyboard alone, one customer after another, also offline."""

import pytest
from sqlalchemy import select

from tests.browsing import keep_picture, scrolls_sideways, until, violations
from tests.factories import accounts as make_accounts
from tests.factories import widgets as make
from webapp.consent.models import ConsentEvent
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.deliverability import mail_domains
from webapp.subscriptions.models import Confirmation
from webapp.widgets import publishing

pytestmark = pytest.mark.browser


@pytest.fixture
def widget(workspace, address, monkeypatch):
    monkeypatch.setattr(
        mail_domains, "resolve", lambda name, kind: ["." if "null" in name else "mx"]
    )
    made = make.widget(
        workspace,
        published=False,
        display="kiosk",
        title="La lettre du Tilleul",
        fields=["first_name"],
        translations={"en": {"title": "The Tilleul letter", "button": "Sign me up"}},
    )
    publishing.publish(made, address)
    db.session.commit()
    return made


@pytest.fixture
def seller(workspace, sign_in):
    return sign_in(make_accounts.member(workspace, role="seller"))


@pytest.fixture
def at_counter(widget, workspace, seller, open_browser):
    def open_(**how):
        page = open_browser(seller, **how)
        page.goto(f"/w/{workspace.slug}/widgets/{widget.id}/counter?language=fr")
        # The script has come once it answers.
        page.wait_for_load_state("networkidle")
        return page

    return open_


def focused(page):
    return page.evaluate("document.activeElement.name || document.activeElement.type")


def next_customer(page, number):
    until(
        page,
        f"document.querySelector('.counter-today strong').textContent === '{number}'"
        " && document.activeElement.name === 'email'",
    )


def test_two_customers_in_a_row_by_keyboard_alone(at_counter):
    page = at_counter()
    keys = page.keyboard
    assert focused(page) == "email"
    keys.type("anna@example.org")
    keys.press("Enter")
    until(page, "document.activeElement.name === 'first_name'")
    keys.type("Anna")
    keys.press("Enter")
    assert focused(page) == "opens"
    keys.press("y")
    assert focused(page) == "clicks"
    keys.press("n")
    assert focused(page) == "submit"
    keys.press("Enter")
    next_customer(page, 1)
    assert focused(page) == "email"
    assert page.input_value("[name=email]") == ""
    assert page.inner_text("#counter-done-words") == "A message goes to a…@example.org"
    keys.type("bruno@example.org")
    keys.press("Control+Enter")
    next_customer(page, 2)
    db.session.rollback()
    people = db.session.scalars(select(Contact).order_by(Contact.id)).all()
    assert [(one.email, one.first_name) for one in people] == [
        ("anna@example.org", "Anna"),
        ("bruno@example.org", ""),
    ]
    asked = db.session.scalars(select(Confirmation.asked).order_by(Confirmation.id))
    assert [(one["opens"] is None, one["clicks"] is None) for one in asked] == [
        (False, True),
        (True, True),
    ]


def waits_for_the_answer(page):
    """However slow the machine: what Enter does without an answer is not asked here."""
    page.add_init_script(
        "const later = setTimeout;"
        "window.setTimeout = (f, ms, ...more) => later(f, ms === 400 ? 60000 : ms, ...more)"
    )
    page.reload()
    page.wait_for_load_state("networkidle")


def test_a_slip_is_asked_about_at_once_and_enter_keeps_what_was_typed(at_counter):
    page = at_counter()
    waits_for_the_answer(page)
    page.keyboard.type("anna@gmial.com")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.closest('.answers')")
    assert "Did you mean anna@gmail.com?" in page.inner_text(".counter-hint")
    page.keyboard.press("Enter")
    assert page.input_value("[name=email]") == "anna@gmial.com"
    page.keyboard.press("Control+Enter")
    next_customer(page, 1)
    page.keyboard.type("bruno@gmial.com")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.closest('.answers')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.input_value("[name=email]") == "bruno@gmail.com"
    page.keyboard.press("Control+Enter")
    next_customer(page, 2)
    db.session.rollback()
    assert set(db.session.scalars(select(Contact.email))) == {
        "anna@gmial.com",
        "bruno@gmail.com",
    }


def test_a_domain_without_mail_is_told_to_the_seller(at_counter):
    page = at_counter()
    page.fill("[name=email]", "anna@null.example")
    page.keyboard.press("Tab")
    page.wait_for_selector(".counter-hint p")
    assert "takes no e-mail" in page.inner_text(".counter-hint")


def test_what_could_not_be_sent_is_still_there(at_counter):
    page = at_counter()
    page.fill("[name=email]", "anna@example.org")
    page.fill("[name=first_name]", "Anna")
    page.check("[name=opens]")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-counter-trouble]:not([hidden])")
    assert page.input_value("[name=email]") == "anna@example.org"
    assert page.input_value("[name=first_name]") == "Anna"
    assert page.is_checked("[name=opens]")
    page.context.set_offline(False)
    page.click("form[data-counter] > button")
    next_customer(page, 1)
    assert page.is_hidden("[data-counter-trouble]")


def test_who_was_signed_out_loses_nothing(at_counter):
    page = at_counter()
    page.fill("[name=email]", "anna@example.org")
    page.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-counter-trouble]:not([hidden])")
    assert "signed out" in page.inner_text("[data-counter-trouble]")
    assert page.input_value("[name=email]") == "anna@example.org"


def test_the_last_entry_is_taken_back(at_counter):
    page = at_counter()
    page.fill("[name=email]", "anna@example.org")
    page.keyboard.press("Control+Enter")
    next_customer(page, 1)
    page.click("[data-counter-undo] button")
    next_customer(page, 0)
    db.session.rollback()
    assert db.session.scalar(select(Contact)) is None


def test_an_error_keeps_the_form_and_leads_to_the_field(at_counter):
    page = at_counter()
    page.fill("[name=first_name]", "Anna")
    page.fill("[name=email]", "anna")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[aria-invalid=true]")
    assert focused(page) == "email"
    assert page.input_value("[name=first_name]") == "Anna"


def test_without_script_the_counter_works_as_a_form(
    browser, address, seller, widget, workspace
):
    context = browser.new_context(
        java_script_enabled=False, base_url=address, locale="en-GB"
    )
    cookie = seller.get_cookie("session")
    context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
    page = context.new_page()
    page.goto(f"/w/{workspace.slug}/widgets/{widget.id}/counter")
    page.fill("[name=email]", "anna@example.org")
    page.press("[name=email]", "Enter")
    assert "a…@example.org" in page.inner_text(".counter-done")
    context.close()
    db.session.rollback()
    assert db.session.scalar(select(ConsentEvent.method)) == "staff"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360, 320])
def test_the_counter_is_accessible_on_every_screen(at_counter, width, scheme):
    page = at_counter(width=width, scheme=scheme)
    wrong = {}

    def look(name):
        if found := violations(page):
            wrong[name] = found
        if scrolls_sideways(page):
            wrong[name, "sideways"] = True
        keep_picture(page, f"counter-{name}-{scheme}-{width}")

    look("empty")
    page.fill("[name=email]", "anna@gmial.com")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answers")
    look("hint")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".doubt, .counter-done")
    look("asked")
    page.fill("[name=email]", "anna@example.org")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".counter-done")
    look("done")
    page.fill("[name=email]", "anna")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[aria-invalid=true]")
    look("wrong")
    assert wrong == {}
