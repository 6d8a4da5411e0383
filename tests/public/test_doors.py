"""What every page behind a link of our mail promises: looking changes nothing, nothing is told to others."""

import re

import pytest
from sqlalchemy import select

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import subscriber
from tests.rows import everything
from webapp.core.db import db
from webapp.messages import addressing
from webapp.messages.models import Message
from webapp.subscriptions import subscribing
from webapp.subscriptions.agreeing import Asked

LARGEST = 30_000


def path(url):
    return url.removeprefix("http://volontiers.test")


@pytest.fixture
def doors(workspace):
    letter = make_list(workspace)
    anna = subscriber(workspace, letter, "anna.secret@example.org", first_name="Anna")
    berta = make_contact(workspace, "berta.secret@example.org")
    subscribing.ask(letter, berta, asked=Asked())
    urls = addressing.urls()
    made = {
        "confirm": db.session.scalars(select(Message)).one().content["values"]["url"],
        "unsubscribe": urls.unsubscribe(
            workspace=workspace.id, contact=anna.id, list_id=letter.id, message=4
        ),
        "preferences": urls.preferences(workspace=workspace.id, contact=anna.id),
    }
    db.session.commit()
    made["not_me"] = made["confirm"] + "/no"
    return {name: path(url) for name, url in made.items()}


DOORS = ["confirm", "not_me", "unsubscribe", "preferences"]


@pytest.mark.covers("consent-23")
@pytest.mark.covers("delivery-15")
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("door", DOORS)
def test_looking_changes_no_row(client, doors, door, method, slash):
    before = everything()
    answer = client.open(doors[door] + slash, method=method)
    assert answer.status_code == 200
    assert everything() == before


@pytest.mark.parametrize("door", DOORS)
def test_a_page_is_small_quiet_and_needs_no_script_and_no_cookie(client, doors, door):
    answer = client.get(doors[door])
    page = answer.get_data(as_text=True)
    assert len(answer.data) < LARGEST
    # One may save a press, and nothing waits for it; nothing stands in the page itself.
    assert re.findall(r"<script[^>]*>\s*[^<\s]", page) == []
    assert page.count("<script") == page.count("/same-browser-") <= 1
    assert "Set-Cookie" not in answer.headers
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("door", DOORS)
def test_a_page_never_shows_the_address(client, doors, door):
    for answer in (client.get(doors[door]), client.post(doors[door])):
        assert "secret" not in answer.get_data(as_text=True)


@pytest.mark.covers("delivery-17")
@pytest.mark.parametrize("door", DOORS)
def test_an_altered_link_changes_nothing_and_tells_nothing(client, doors, door):
    before = everything()
    token = doors[door][3:].removesuffix("/no")
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    altered = doors[door].replace(token, other)
    pages = {
        client.open(altered, method=method).get_data(as_text=True)
        for method in ("GET", "POST")
    }
    nothing = doors[door].replace(token, "nothing")
    pages.add(client.get(nothing).get_data(as_text=True))
    assert len({page.replace(altered, "").replace(nothing, "") for page in pages}) == 1
    assert "Tilleul" not in pages.pop()
    assert everything() == before


@pytest.mark.covers("delivery-21")
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_page_speaks_the_language_asked_for(client, doors, door, language):
    page = client.get(doors[door] + f"?lang={language}").get_data(as_text=True)
    assert f'<html lang="{language}">' in page


@pytest.mark.parametrize("door", DOORS)
def test_a_page_speaks_the_contacts_language_whatever_the_browser_says(
    client, doors, door
):
    page = client.get(doors[door], headers={"Accept-Language": "en"}).get_data(
        as_text=True
    )
    assert '<html lang="fr">' in page


@pytest.mark.parametrize("door", DOORS)
def test_the_address_is_the_authority_so_no_csrf_token_is_asked(
    app, client, doors, door
):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post(doors[door]).status_code == 200
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_no_door_that_is_mailed_asks_for_a_cookie(app, client):
    mailed = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods
        and "mailed to" in str(app.view_functions[rule.endpoint].permission)
    ]
    assert "/parent/<token>" in mailed
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answers = {
            door: client.post(door.replace("<token>", "nothing")).status_code
            for door in mailed
        }
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert [door for door, status in answers.items() if status == 400] == []
