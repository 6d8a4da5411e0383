"""Abuse at the door of a widget: it costs more, or it falls in silence."""

import base64
import hashlib
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from tests.factories import accounts as make_accounts
from tests.factories import widgets as make
from webapp.accounts.models import AuditEntry
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.subscriptions import capping
from webapp.widgets import attempts, guarding, jobs, judging, proofs, queries
from webapp.widgets.models import SignUpAttempt, SignUpJudgement, SpentProof

SCRIPT = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def quick_riddles(monkeypatch):
    monkeypatch.setattr(proofs, "MAX_NUMBER", 50)


@pytest.fixture
def widget(workspace):
    made = make.widget(workspace)
    db.session.commit()
    return made


@pytest.fixture
def sign_up(client):
    def post(widget, email, remote="5.6.7.8", *, script=True, **typed):
        return client.post(
            f"/f/{widget.public_id}",
            data={"email": email, **typed},
            headers=SCRIPT if script else {},
            environ_base={"REMOTE_ADDR": remote},
        )

    return post


def ip(number):
    """Each number another network."""
    return f"5.{number // 250}.{number % 250}.9"


def solution(riddle):
    number = next(
        n
        for n in range(riddle["maxnumber"] + 1)
        if hashlib.sha256(f"{riddle['salt']}{n}".encode()).hexdigest()
        == riddle["challenge"]
    )
    return base64.b64encode(json.dumps({**riddle, "number": number}).encode()).decode()


def mails():
    return db.session.scalar(select(func.count()).select_from(Message))


def said(answer):
    """All that a stranger can compare."""
    # What was typed comes back, sealed: never twice the same, and told by nothing else.
    body = re.sub(rb"/thanks/[\w=-]+", b"/thanks/", answer.data)
    headers = [pair for pair in answer.headers if pair[0] != "Location"]
    return (answer.status_code, body, tuple(sorted(headers)))


@pytest.mark.covers("delivery-52")
@pytest.mark.covers("consent-9")
def test_a_thousand_sign_ups_of_one_address_from_a_thousand_networks_are_few_mails(
    workspace, widget, sign_up
):
    other_shop = make_accounts.workspace(slug="autre", name="Autre")
    doors = [widget, make.widget(workspace), make.widget(other_shop)]
    db.session.commit()
    spellings = ["camille@example.org", "Camille@example.org", "camille+x@example.org"]
    answers = {
        (answer.status_code, answer.data)
        for number in range(1000)
        for answer in [sign_up(doors[number % 3], spellings[number % 3], ip(number))]
    }
    assert {status for status, _ in answers} == {200}
    assert len(answers) == 1
    assert mails() <= capping.MOST_AN_HOUR
    assert db.session.scalar(select(func.count(SignUpAttempt.id))) == (
        judging.PER_MAILBOX
    )


def test_over_the_cap_of_a_domain_the_answer_is_the_same_and_no_mail_leaves(
    widget, sign_up, monkeypatch
):
    monkeypatch.setattr(judging, "PER_DOMAIN", 2)
    answers = [
        sign_up(widget, f"p{number}@cible.example", ip(number)) for number in range(4)
    ]
    assert len({(answer.status_code, answer.data) for answer in answers}) == 1
    assert mails() == 2
    assert attempts.held_back(widget) == {judging.Reason.DOMAIN: 2}


def test_a_busy_network_proves_some_work_and_a_busier_one_is_not_heard(
    widget, sign_up, monkeypatch
):
    monkeypatch.setattr(judging, "CALM_NETWORK", 1)
    monkeypatch.setattr(judging, "BUSY_NETWORK", 2)
    sign_up(widget, "a@example.org", "5.6.7.8")
    asked = sign_up(widget, "b@example.org", "5.6.7.200")
    assert asked.status_code == 428
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert mails() == 1
    proof = solution(asked.json["challenge"])
    assert sign_up(widget, "b@example.org", "5.6.7.9", altcha=proof).status_code == 200
    assert mails() == 2
    assert sign_up(widget, "c@example.org", "5.6.7.9").status_code == 200
    assert mails() == 2
    assert sign_up(widget, "c@example.org", "5.6.8.9").status_code == 200
    assert mails() == 3


@pytest.mark.covers("delivery-53")
def test_at_the_door_a_proof_is_good_for_one_sign_up_at_its_widget(
    workspace, widget, sign_up
):
    other = make.widget(workspace)
    for one in (widget, other):
        one.costlier_until = clock.ahead(hours=1)
    db.session.commit()
    riddle = sign_up(widget, "a@example.org").json["challenge"]
    proof = solution(riddle)
    assert sign_up(other, "a@example.org", altcha=proof).status_code == 428
    assert sign_up(widget, "a@example.org", altcha=proof).status_code == 200
    assert sign_up(widget, "b@example.org", altcha=proof).status_code == 428
    assert mails() == 1


def test_a_burst_makes_that_widget_costlier_and_no_other_and_is_told(
    workspace, widget, sign_up, owner, monkeypatch
):
    monkeypatch.setattr(attempts, "FEWEST_IN_A_BURST", 3)
    calm = make.widget(workspace)
    db.session.commit()
    for number in range(3):
        sign_up(widget, f"p{number}@example.org", ip(number))
    assert sign_up(widget, "p@example.org", ip(9)).status_code == 428
    assert sign_up(calm, "p@example.org", ip(9)).status_code == 200
    assert db.session.scalars(select(AuditEntry.action)).all() == ["widget.burst"]
    page = owner.get(f"/w/{workspace.slug}/widgets/{widget.id}")
    assert "Many more sign-ups than usual" in page.get_data(as_text=True)
    with clock.stopped(clock.now() + timedelta(hours=2)):
        assert sign_up(widget, "p@example.org", ip(9)).status_code == 200


def test_what_is_usual_for_a_widget_is_no_burst(widget, sign_up, monkeypatch):
    monkeypatch.setattr(attempts, "FEWEST_IN_A_BURST", 3)
    with clock.stopped(clock.ago(days=1)):
        queries.count(widget.id, "submitted")
        db.session.execute(text("UPDATE widget_day SET submitted = 24 * 7 * 5"))
        db.session.commit()
    for number in range(10):
        assert sign_up(widget, f"p{number}@example.org", ip(number)).status_code == 200


def test_without_script_a_burst_leaves_the_door_open_for_a_few(
    widget, sign_up, monkeypatch
):
    monkeypatch.setattr(judging, "UNPROVEN_PER_WIDGET", 2)
    widget.costlier_until = clock.ahead(hours=1)
    db.session.commit()
    answers = [
        sign_up(widget, f"p{number}@example.org", ip(number), script=False)
        for number in range(4)
    ]
    assert len({said(answer) for answer in answers}) == 1
    assert mails() == 2


def test_a_machine_that_fills_the_hidden_field_in_no_time_gets_the_usual_answer(
    widget, sign_up, client
):
    stamp = client.get(f"/f/{widget.public_id}/form.json").json["stamp"]
    usual = sign_up(widget, "a@example.org")
    trapped = sign_up(widget, "b@example.org", nickname="bot", stamp=stamp)
    assert said(trapped) == said(usual)
    assert db.session.scalars(select(Contact.email)).all() == ["a@example.org"]


def test_a_password_manager_that_fills_the_hidden_field_costs_a_proof_alone(
    widget, sign_up
):
    asked = sign_up(widget, "a@example.org", nickname="camille")
    proof = solution(asked.json["challenge"])
    sign_up(widget, "a@example.org", nickname="camille", altcha=proof)
    assert mails() == 1


def test_a_form_sent_as_soon_as_it_was_shown_costs_a_proof(
    widget, sign_up, stopped_clock
):
    stamp = guarding.stamp(widget)
    assert sign_up(widget, "a@example.org", stamp=stamp).status_code == 428
    with clock.stopped(clock.now() + timedelta(seconds=5)):
        assert sign_up(widget, "a@example.org", stamp=stamp).status_code == 200


@pytest.mark.parametrize("stamp", ["", "x", "é.é.é"])
def test_a_stamp_that_is_not_ours_says_nothing(widget, sign_up, stamp):
    assert sign_up(widget, "a@example.org", stamp=stamp).status_code == 200


def test_the_hosted_page_brings_the_moment_it_was_shown(client, widget):
    page = client.get(f"/f/{widget.public_id}").get_data(as_text=True)
    assert page.count('name="stamp"') == 1


def test_neither_address_nor_network_is_kept(widget, sign_up):
    sign_up(widget, "camille@example.org", "5.6.7.8")
    row = db.session.execute(text("SELECT * FROM signup_attempt")).one()
    kept = repr(tuple(row))
    assert not any(word in kept for word in ("camille", "example", "5.6.7"))


def test_what_the_guard_keeps_is_forgotten(widget, sign_up, worker):
    with clock.stopped(clock.ago(days=8)):
        asked = sign_up(widget, "a@example.org", nickname="x")
        proof = solution(asked.json["challenge"])
        sign_up(widget, "a@example.org", nickname="x", altcha=proof)
    sign_up(widget, "b@example.org")
    jobs.forget_attempts.enqueue()
    worker()
    left = [
        db.session.scalar(select(func.count()).select_from(table))
        for table in (SignUpAttempt, SignUpJudgement, SpentProof)
    ]
    assert left == [1, 0, 0]


def test_behind_a_proxy_nobody_told_us_of_a_shop_is_no_single_network(
    widget, sign_up, monkeypatch
):
    monkeypatch.setattr(judging, "CALM_NETWORK", 1)
    for number in range(3):
        answer = sign_up(widget, f"p{number}@example.org", "10.0.0.7")
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("policy", "counted", "sent"), [("accept", 0, 1), ("flag", 1, 1), ("refuse", 1, 0)]
)
def test_a_disposable_address_is_treated_as_the_list_says(
    widget, sign_up, policy, counted, sent
):
    usual = sign_up(widget, "a@example.org")
    queries.mailing_list_of(widget).disposable = policy
    db.session.commit()
    assert said(sign_up(widget, "a@mailinator.com", ip(7))) == said(usual)
    assert mails() == 1 + sent
    held = attempts.held_back(widget).get(judging.Reason.DISPOSABLE, 0)
    assert held == counted


def test_a_relay_alias_is_taken_even_where_disposable_addresses_are_refused(
    widget, sign_up
):
    queries.mailing_list_of(widget).disposable = "refuse"
    db.session.commit()
    sign_up(widget, "x7@privaterelay.appleid.com")
    assert mails() == 1
