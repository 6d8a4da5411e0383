import re

import pytest
from sqlalchemy import select

from tests.factories import accounts as make
from webapp.accounts import passwords, signing_in
from webapp.accounts.models import UserSession
from webapp.core import clock
from webapp.core.db import db

PASSWORD = "une phrase assez longue"


@pytest.fixture
def anna(workspace):
    made = make.member(
        workspace, role="owner", email="anna@maison.example", name="Anna"
    )
    passwords.change(made, PASSWORD)
    db.session.commit()
    return made


def _sign_in(client, email="anna@maison.example", password=PASSWORD, **query):
    return client.post(
        "/sign-in", data={"email": email, "password": password}, query_string=query
    )


def test_the_right_password_opens_the_workspace(client, anna):
    answer = _sign_in(client)
    assert answer.location == "/"
    assert client.get("/").location == "/w/maison-tilleul/"


def test_the_case_of_an_address_does_not_matter(client, anna):
    assert _sign_in(client, email=" Anna@Maison.Example ").status_code == 303


def _without_token(page):
    """The page without the token of its form, which carries the second it was made in."""
    return re.sub(r"<(meta|input)[^>]*csrf[^>]*>", "", page)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, anna):
    wrong = _sign_in(client, password="wrong")
    unknown = _sign_in(client, email="nobody@maison.example", password="wrong")
    assert wrong.status_code == unknown.status_code == 422
    assert _without_token(wrong.text).replace("anna@", "nobody@") == _without_token(
        unknown.text
    )


def test_an_unknown_address_costs_as_much_as_a_known_one(app, anna, monkeypatch):
    verified = []
    original = passwords._hasher.verify

    class Hasher:
        hash = passwords._hasher.hash
        check_needs_rehash = passwords._hasher.check_needs_rehash

        def verify(self, stored, password):
            verified.append(stored.split("$")[:4])
            return original(stored, password)

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    assert signing_in.authenticate("anna@maison.example", "wrong") is None
    assert signing_in.authenticate("nobody@maison.example", "wrong") is None
    assert verified[0] == verified[1]


def test_a_disabled_user_stays_out(client, anna):
    anna.disabled_at = clock.now()
    db.session.commit()
    assert _sign_in(client).status_code == 422


def test_the_session_of_a_disabled_user_ends(client, anna):
    _sign_in(client)
    anna.disabled_at = clock.now()
    db.session.commit()
    assert client.get("/account").location.startswith("/sign-in")


def test_after_too_many_wrong_passwords_even_the_right_one_waits(
    app, anna, stopped_clock
):
    for _ in range(signing_in.WRONG_IN_A_ROW):
        signing_in.authenticate(anna.email, "wrong")
        db.session.expire(anna)
    assert signing_in.authenticate(anna.email, PASSWORD) is None
    with clock.stopped(clock.now() + signing_in.PAUSE * 2):
        assert signing_in.authenticate(anna.email, PASSWORD) is anna


def test_a_wrong_password_is_counted_though_the_page_says_no(client, anna):
    _sign_in(client, password="wrong")
    db.session.expire(anna)
    assert anna.wrong_passwords == 1


def test_the_right_password_forgets_the_wrong_ones(client, anna):
    _sign_in(client, password="wrong")
    _sign_in(client)
    db.session.expire(anna)
    assert anna.wrong_passwords == 0


def test_after_signing_in_the_person_goes_where_they_wanted(client, anna):
    asked = client.get("/w/maison-tilleul/settings/members?x=1")
    assert asked.location == "/sign-in?next=/w/maison-tilleul/settings/members?x%3D1"
    answer = client.post(
        asked.location, data={"email": anna.email, "password": PASSWORD}
    )
    assert answer.location == "/w/maison-tilleul/settings/members?x=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "evil",
    ],
)
def test_signing_in_never_leads_to_another_site(client, anna, elsewhere):
    assert _sign_in(client, next=elsewhere).location == "/"


def test_signing_in_starts_a_new_session(client, anna):
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    _sign_in(client)
    with client.session_transaction() as after:
        assert "planted" not in after


def test_signing_out_ends_the_session_on_the_server(client, anna):
    _sign_in(client)
    with client.session_transaction() as cookie:
        stolen = dict(cookie)
    assert client.post("/sign-out").location == "/sign-in"
    with client.session_transaction() as cookie:
        cookie.update(stolen)
    assert client.get("/account").location.startswith("/sign-in")


def test_signing_out_by_a_link_is_impossible(client, anna):
    _sign_in(client)
    assert client.get("/sign-out").status_code == 405


def test_a_session_that_was_not_seen_for_a_month_is_over(client, anna):
    _sign_in(client)
    db.session.scalars(select(UserSession)).one().seen_at = clock.ago(days=31)
    db.session.commit()
    assert client.get("/account").location.startswith("/sign-in")


def test_the_token_of_a_session_is_not_in_the_database(client, anna):
    _sign_in(client)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert db.session.scalars(select(UserSession)).one().token_hash != token


def test_the_other_workspace_is_a_post_away(client, anna):
    other = make.workspace(slug="second", name="Second")
    db.session.add(
        make.Membership(workspace_id=other.id, user_id=anna.id, role="viewer")
    )
    db.session.commit()
    _sign_in(client)
    assert client.post("/workspaces/second").location == "/w/second/"
    client.get("/w/second/")
    assert client.get("/").location == "/w/second/"


def test_nobody_switches_to_a_workspace_of_strangers(stranger, workspace):
    assert stranger.post("/workspaces/maison-tilleul").status_code == 404
