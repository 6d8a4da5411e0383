import pytest
from sqlalchemy import select

from tests.factories import accounts as make
from webapp.accounts import passwords
from webapp.accounts.models import UserSession
from webapp.accounts.sessions import browser_name
from webapp.core.db import db

OLD, NEW = "une phrase assez longue", "une autre phrase, plus longue"


@pytest.fixture
def anna(workspace):
    made = make.member(workspace, role="editor", name="Anna")
    passwords.change(made, OLD)
    return made


@pytest.fixture
def browser(anna, sign_in):
    return sign_in(anna)


def test_a_person_changes_name_language_and_theme(browser, anna):
    answer = browser.post(
        "/account", data={"name": "Anna M.", "locale": "fr", "theme": "dark"}
    )
    assert answer.status_code == 303
    page = browser.get("/account").text
    assert '<html lang="fr" data-bs-theme="dark">' in page
    assert "Anna M." in page


def test_a_theme_nobody_made_is_refused(browser):
    assert (
        browser.post(
            "/account", data={"name": "A", "locale": "fr", "theme": "pink"}
        ).status_code
        == 422
    )
    assert browser.post("/account/theme", data={"theme": "pink"}).status_code == 400
    assert browser.post("/account/locale", data={"locale": "xx"}).status_code == 400


def test_the_menu_changes_theme_and_language_and_leads_back(browser, anna):
    back = {"Referer": "http://localhost/w/maison-tilleul/?q=a&lang=en"}
    assert (
        browser.post("/account/theme", data={"theme": "dark"}, headers=back).location
        == "/w/maison-tilleul/?q=a"
    )
    assert browser.post("/account/locale", data={"locale": "fr"}).location == "/"
    db.session.expire(anna)
    assert (anna.theme, anna.locale) == ("dark", "fr")


def test_the_way_back_never_leads_to_another_site(browser):
    elsewhere = {"Referer": "http://evil.example/account"}
    assert (
        browser.post(
            "/account/theme", data={"theme": "dark"}, headers=elsewhere
        ).location
        == "/"
    )


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(
    browser, anna, sign_in
):
    elsewhere = sign_in(anna)
    browser.post("/account/password", data={"old": OLD, "password": NEW})
    db.session.expire(anna)
    assert passwords.matches(anna, NEW)
    assert browser.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


@pytest.mark.parametrize(("old", "new"), [("wrong", NEW), (OLD, "short"), (OLD, "")])
def test_a_password_is_not_changed_without_the_old_one_or_to_an_easy_one(
    browser, anna, old, new
):
    assert (
        browser.post(
            "/account/password", data={"old": old, "password": new}
        ).status_code
        == 422
    )
    db.session.expire(anna)
    assert passwords.matches(anna, OLD)


def test_a_person_ends_one_other_session(browser, anna, sign_in):
    elsewhere = sign_in(anna)
    other = db.session.scalars(
        select(UserSession.id).order_by(UserSession.id.desc())
    ).first()
    browser.post(f"/account/sessions/{other}/end")
    assert elsewhere.get("/account").status_code == 303
    assert browser.get("/account").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(browser, workspace, sign_in):
    luc = make.member(workspace, role="viewer")
    his = sign_in(luc)
    number = db.session.scalar(
        select(UserSession.id).where(UserSession.user_id == luc.id)
    )
    assert browser.post(f"/account/sessions/{number}/end").status_code == 404
    assert his.get("/account").status_code == 200


def test_a_person_ends_all_other_sessions(browser, anna, sign_in):
    others = [sign_in(anna), sign_in(anna)]
    browser.post("/account/sessions/end-others")
    assert [other.get("/account").status_code for other in others] == [303, 303]
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
            "Edge, Linux",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("curl/8", ""),
    ],
)
def test_a_browser_has_a_name_people_know(agent, name):
    assert browser_name(agent) == name
