"""The pages about lists."""

import re

import pytest
from sqlalchemy import func, select

from tests.factories import accounts as make_accounts
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says, subscriber
from webapp.consent.models import ShownText, State
from webapp.core.db import db
from webapp.subscriptions import archives, queries, reasons, subscribing
from webapp.subscriptions.models import MailingList
from webapp.subscriptions.subscribing import Leaving

HOME = "/w/maison-tilleul/lists"
FORM = {
    "name": "La lettre",
    "description": "",
    "opt_in": "double",
    "purpose_text": "Je veux la lettre.",
    "notice_text": "Nous utilisons votre adresse.",
    "locale": "fr",
}


def page(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def texts():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(ShownText))


def test_a_new_list_comes_with_words_that_name_the_controller(owner):
    proposed = page(owner, f"{HOME}/new?words=en")
    for fact in (
        "Maison Tilleul SARL",
        "12 rue des Tilleuls",
        "donnees@maison-tilleul.example",
        "CNIL",
    ):
        assert fact in proposed
    assert re.search(r'<input[^>]* checked[^>]* value="double"', proposed)


def test_a_list_is_made_with_its_purpose_and_its_words(owner, workspace):
    answer = owner.post(f"{HOME}/new", data=FORM)
    assert answer.status_code == 303
    made = queries.active(workspace)[0]
    assert purpose_of(made).name == "La lettre"
    assert texts() == 2


@pytest.mark.covers("consent-7")
def test_a_change_of_words_makes_a_version_and_saving_without_one_does_not(
    owner, workspace
):
    owner.post(f"{HOME}/new", data=FORM)
    made = queries.active(workspace)[0]
    owner.post(f"{HOME}/{made.id}/edit", data={**FORM, "name": "Autre nom"})
    assert texts() == 2
    owner.post(f"{HOME}/{made.id}/edit", data={**FORM, "purpose_text": "Je la veux !"})
    assert texts() == 3
    owner.post(f"{HOME}/{made.id}/edit", data=FORM)
    assert texts() == 3


def test_a_list_without_a_sentence_is_refused(owner, workspace):
    assert (
        owner.post(f"{HOME}/new", data={**FORM, "purpose_text": " "}).status_code == 422
    )
    assert queries.active(workspace) == []


def test_the_figures_say_who_is_on_it_waits_and_left(workspace):
    letter, other = make_list(workspace), make_list(workspace, name="Vide")
    for _ in range(3):
        subscriber(workspace, letter)
    says(make_contact(workspace), purpose_of(letter), State.PENDING)
    for _ in range(2):
        says(subscriber(workspace, letter), purpose_of(letter), State.WITHDRAWN)
    figures = queries.figures([letter, other])
    assert (
        figures[letter.id].on_it,
        figures[letter.id].waiting,
        figures[letter.id].left,
    ) == (3, 1, 2)
    assert figures[other.id] == queries.Figures()


def test_growth_counts_the_weeks_with_nothing_too(workspace, stopped_clock):
    letter = make_list(workspace)
    subscriber(workspace, letter)
    weeks = queries.growth(workspace, [letter])
    assert len(weeks) == 12
    assert [week.came for week in weeks] == [0] * 11 + [1]
    assert str(weeks[-1].monday) == "2026-11-09"


def test_the_people_of_a_list_are_shown_by_where_they_stand(owner, workspace):
    letter = make_list(workspace)
    subscriber(workspace, letter, "anna@example.org")
    says(make_contact(workspace, "zoe@example.org"), purpose_of(letter), State.PENDING)
    db.session.commit()
    on_it = page(owner, f"{HOME}/{letter.id}")
    assert "anna@" in on_it
    assert "zoe@" not in on_it
    assert "zoe@" in page(owner, f"{HOME}/{letter.id}?state=pending")


def test_who_may_only_look_sees_figures_and_no_address(viewer, workspace):
    letter = make_list(workspace)
    subscriber(workspace, letter, "anna@example.org")
    db.session.commit()
    assert "anna@" not in page(viewer, f"{HOME}/{letter.id}")


def test_an_archived_list_can_be_used_again(owner, workspace):
    letter = make_list(workspace)
    db.session.commit()
    owner.post(f"{HOME}/{letter.id}/archive")
    assert queries.active(workspace) == []
    owner.post(f"{HOME}/{letter.id}/restore")
    db.session.expire_all()
    assert [one.id for one in queries.active(workspace)] == [letter.id]


@pytest.mark.covers("consent-60")
def test_lists_of_another_workspace_do_not_exist(workspace, sign_in):
    letter = make_list(workspace)
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    browser = sign_in(make_accounts.member(other, role="owner"))
    mine = f"/w/ailleurs/lists/{letter.id}"
    answers = [browser.get(mine), browser.get(f"{mine}/edit")]
    answers += [
        browser.post(f"{mine}/{act}", data=FORM)
        for act in ("edit", "archive", "restore")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert db.session.scalars(select(MailingList.name)).all() == [
        "La lettre du Tilleul"
    ]


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("link_days", {"link_days": "0"}),
        ("link_days", {"link_days": "31"}),
        ("link_days", {"link_days": ""}),
        ("purge_days", {"purge_days": "31"}),
        ("purge_days", {"link_days": "20", "purge_days": "10"}),
        ("reminder_days", {"link_days": "3", "reminder_days": "5"}),
    ],
)
def test_days_that_do_not_fit_are_said_beside_their_field(
    owner, workspace, field, days
):
    answer = owner.post(f"{HOME}/new", data={**FORM, **days})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert queries.active(workspace) == []


def test_a_list_keeps_how_long_it_waits(owner, workspace):
    days = {"link_days": "14", "reminder_days": "5", "purge_days": "21"}
    owner.post(f"{HOME}/new", data={**FORM, **days})
    made = queries.active(workspace)[0]
    assert (made.link_days, made.reminder_days, made.purge_days) == (14, 5, 21)
    assert 'value="14"' in page(owner, f"{HOME}/{made.id}/edit")


@pytest.mark.parametrize("people", [9, 10])
def test_why_people_left_is_said_once_ten_of_them_said_so(owner, workspace, people):
    letter = make_list(workspace)
    for _ in range(people):
        gone = subscriber(workspace, letter)
        subscribing.leave(gone, letter, Leaving("unsubscribe_page", reason="too_often"))
    other = subscriber(workspace, letter)
    subscribing.leave(other, letter, Leaving("unsubscribe_page"))
    db.session.commit()
    shown = page(owner, f"{HOME}/{letter.id}?lang=en")
    assert ("There are too many messages" in shown) == (people == 10)


def test_a_reason_of_few_is_not_counted_out_loud(workspace):
    letter = make_list(workspace)
    for reason in ["too_often"] * 10 + ["other"]:
        gone = subscriber(workspace, letter)
        subscribing.leave(gone, letter, Leaving("unsubscribe_page", reason=reason))
    assert [one.people for one in reasons.of(letter)] == [10, None]


def test_the_address_of_an_archive_stays_when_the_list_is_renamed(owner, workspace):
    owner.post(f"{HOME}/new", data={**FORM, "archive_is_open": "y"})
    made = queries.active(workspace)[0]
    assert archives.address(workspace, made).endswith("/a/maison-tilleul/la-lettre")
    for name, is_open in (("Autre", ""), ("Autre", "y")):
        data = {**FORM, "name": name, **({"archive_is_open": "y"} if is_open else {})}
        owner.post(f"{HOME}/{made.id}/edit", data=data)
        db.session.refresh(made)
        assert bool(archives.address(workspace, made)) == bool(is_open)
    assert made.archive_slug == "la-lettre"


def test_two_lists_of_one_name_have_archives_of_their_own(owner, workspace):
    for _ in range(2):
        owner.post(f"{HOME}/new", data={**FORM, "archive_is_open": "y"})
    slugs = {found.archive_slug for found in queries.active(workspace)}
    assert slugs == {"la-lettre", "la-lettre-2"}


WORDS = {"purpose_en": "I would like the letter.", "notice_en": "We use your address."}


def test_the_words_in_another_language_are_proposed_and_kept_once_saved(
    owner, workspace
):
    letter = make_list(workspace)
    db.session.commit()
    address = f"{HOME}/{letter.id}/languages"
    assert "by e-mail" in page(owner, address)
    before = texts()
    assert owner.post(address, data=WORDS).status_code == 303
    assert texts() == before + 2
    db.session.expire_all()
    assert letter.texts["en"]["purpose"] == WORDS["purpose_en"]
    assert WORDS["purpose_en"] in page(owner, address)


@pytest.mark.parametrize("missing", ["purpose_en", "notice_en"])
def test_a_sentence_without_its_notice_is_refused_in_another_language(
    owner, workspace, missing
):
    letter = make_list(workspace)
    db.session.commit()
    answer = owner.post(f"{HOME}/{letter.id}/languages", data={**WORDS, missing: " "})
    assert answer.status_code == 422
    db.session.expire_all()
    assert letter.texts == {}


def test_both_empty_the_lists_own_words_stand(owner, workspace):
    letter = make_list(workspace)
    db.session.commit()
    address = f"{HOME}/{letter.id}/languages"
    owner.post(address, data=WORDS)
    owner.post(address, data={"purpose_en": "", "notice_en": ""})
    db.session.expire_all()
    assert letter.texts == {}
