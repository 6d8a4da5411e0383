"""The pages about contacts in the back office."""

import pytest
from babel.dates import format_date
from sqlalchemy import select

from tests.factories import accounts as make_accounts
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, subscriber
from webapp.accounts.models import AuditEntry
from webapp.consent import ledger
from webapp.consent.models import State
from webapp.contacts import attributes, queries
from webapp.contacts.models import AttributeKind, Contact, Frequency
from webapp.core import clock, pages
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.messages.models import Message

HOME = "/w/maison-tilleul/contacts"


@pytest.fixture
def letter(workspace):
    made = make_list(workspace)
    db.session.commit()
    return made


@pytest.fixture
def anna(workspace, letter):
    made = subscriber(
        workspace, letter, "anna@example.org", first_name="Anna", last_name="Meyer"
    )
    db.session.commit()
    return made


def page(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def actions():
    return db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()


@pytest.mark.parametrize("words", ["anna", "MEY", "a@exam", "anna meyer"])
def test_a_contact_is_found_by_a_part_of_the_name_or_address(
    owner, anna, workspace, words
):
    make_contact(workspace, "berta@beispiel.de")
    db.session.commit()
    found = page(owner, f"{HOME}/?q={words}")
    assert f"{HOME}/{anna.id}" in found
    assert "beispiel" not in found


def test_a_percent_sign_is_searched_for_as_it_is(owner, anna):
    assert "anna@example.org" not in page(owner, f"{HOME}/?q=%25")


def test_contacts_can_be_narrowed_to_one_list(owner, anna, letter, workspace):
    make_contact(workspace, "berta@example.org")
    db.session.commit()
    found = page(owner, f"{HOME}/?list={letter.id}")
    assert "anna@" in found
    assert "berta@" not in found


def test_a_long_table_is_read_in_pages(owner, workspace, monkeypatch):
    monkeypatch.setattr(pages, "PAGE_SIZE", 2)
    ids = [make_contact(workspace, f"p{n}@example.org").id for n in range(5)]
    db.session.commit()
    assert "p4@" in page(owner, f"{HOME}/")
    second = page(owner, f"{HOME}/?before={ids[3]}")
    assert all(f"p{n}@" in second for n in (1, 2))
    assert "p4@" not in second


def test_the_page_of_a_contact_tells_what_was_agreed_to_in_plain_words(owner, anna):
    told = page(owner, f"{HOME}/{anna.id}")
    assert "Agreed: La lettre du Tilleul" in told
    assert "with a form" in told


def test_a_contact_added_by_hand_is_on_no_list(owner, workspace):
    answer = owner.post(
        f"{HOME}/new", data={"email": "Zoe@Example.org", "language": "fr"}
    )
    assert answer.status_code == 303
    made = queries.find_by_email(workspace, "zoe@example.org")
    assert (made.source, ledger.history(made)) == ("staff", [])
    assert "contact.created" in actions()


def test_an_address_with_a_line_end_is_refused(owner, workspace):
    answer = owner.post(f"{HOME}/new", data={"email": "zoe@example.org\r\nBcc: x@y.z"})
    assert answer.status_code == 422
    assert queries.count(workspace) == 0


@pytest.mark.covers("consent-26")
def test_a_colleague_can_only_ask_somebody_to_confirm(owner, workspace, letter):
    zoe = make_contact(workspace, "zoe@example.org", source="staff")
    db.session.commit()
    form = {"mailing_list": letter.id, "collected": "paper"}
    assert owner.post(f"{HOME}/{zoe.id}/lists/new", data=form).status_code == 422
    answer = owner.post(f"{HOME}/{zoe.id}/lists/new", data={**form, "stated": "y"})
    assert answer.status_code == 303
    event = ledger.history(zoe)[0]
    assert (event.state, event.method, event.user_id) != (State.GIVEN, "staff", None)
    assert event.state == State.PENDING
    assert [mail.kind for mail in db.session.scalars(select(Message))] == [
        "confirmation"
    ]


def test_a_change_is_logged_by_field_and_never_by_value(owner, anna):
    form = {
        "email": "anna@example.org",
        "first_name": "Hannah",
        "last_name": "Meyer",
        "language": "fr",
    }
    assert owner.post(f"{HOME}/{anna.id}/edit", data=form).status_code == 303
    db.session.rollback()
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "contact.changed")
    ).one()
    assert entry.detail == {"fields": ["first_name"]}
    assert "Hannah" not in repr((entry.detail, entry.target_name))


def test_an_address_that_somebody_else_has_is_refused_beside_the_field(
    owner, anna, workspace
):
    make_contact(workspace, "berta@example.org")
    db.session.commit()
    answer = owner.post(
        f"{HOME}/{anna.id}/edit", data={"email": "BERTA@example.org", "language": "fr"}
    )
    assert answer.status_code == 422
    assert "already has this address" in answer.get_data(as_text=True)


def test_a_restricted_contact_is_shown_as_such(owner, anna):
    owner.post(f"{HOME}/{anna.id}/restrict")
    assert "restricted" in page(owner, f"{HOME}/{anna.id}")


def test_taking_somebody_off_a_list_and_never_again(owner, anna, letter, workspace):
    owner.post(f"{HOME}/{anna.id}/lists/{letter.id}/leave")
    db.session.rollback()
    assert ledger.state_of(anna, purpose_of(letter)).state == State.WITHDRAWN
    owner.post(f"{HOME}/{anna.id}/never-again")
    assert suppression.is_suppressed(workspace, "anna@example.org")


def test_an_address_is_suppressed_by_hand_known_or_not(owner, anna, letter, workspace):
    for address in ("anna@example.org", "unknown@example.org"):
        assert (
            owner.post(f"{HOME}/suppressed/", data={"email": address}).status_code
            == 303
        )
        assert suppression.is_suppressed(workspace, address)
    db.session.rollback()
    assert ledger.state_of(anna, purpose_of(letter)).state == State.WITHDRAWN
    assert queries.count(workspace) == 1
    assert "unknown@" not in page(owner, f"{HOME}/suppressed/")


def test_own_fields_are_declared_filled_checked_and_removed(owner, anna, workspace):
    form = {"name": "Pointure", "kind": "number"}
    assert owner.post(f"{HOME}/fields", data=form).status_code == 303
    assert owner.post(f"{HOME}/fields", data=form).status_code == 422
    known = {"email": "anna@example.org", "language": "fr"}
    wrong = owner.post(
        f"{HOME}/{anna.id}/edit", data={**known, "own_pointure": "grand"}
    )
    assert wrong.status_code == 422
    owner.post(f"{HOME}/{anna.id}/edit", data={**known, "own_pointure": "38,5"})
    db.session.rollback()
    assert db.session.get_one(Contact, anna.id).attributes == {"pointure": 38.5}
    field = queries.attributes(workspace)[0]
    owner.post(f"{HOME}/fields/{field.id}/remove")
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get_one(Contact, anna.id).attributes == {}


def test_a_field_is_shown_to_people_only_if_one_says_so(owner, workspace):
    owner.post(f"{HOME}/fields", data={"name": "Score", "kind": "number"})
    form = {"name": "Pointure", "kind": "number", "asked_of_people": "y"}
    owner.post(f"{HOME}/fields", data=form)

    def seen():
        db.session.rollback()
        return {one.name: one.asked_of_people for one in queries.attributes(workspace)}

    assert seen() == {"Score": False, "Pointure": True}
    for one in queries.attributes(workspace):
        answer = "no" if one.asked_of_people else "yes"
        owner.post(f"{HOME}/fields/{one.id}/asked", data={"asked": answer})
    assert seen() == {"Score": True, "Pointure": False}


def test_how_often_and_until_when_not_at_all_is_on_the_page(owner, anna):
    person = db.session.merge(anna)
    person.frequency = Frequency.WEEKLY
    person.paused_until = clock.ahead(days=40).date()
    db.session.commit()
    page = owner.get(f"{HOME}/{anna.id}").text
    assert "At most one a week" in page
    day = format_date(person.paused_until, "d MMMM y", locale="en")
    assert f"Paused until {day}" in page


def test_a_pause_that_is_over_is_not_on_the_page(owner, anna):
    db.session.merge(anna).paused_until = clock.now().date()
    db.session.commit()
    assert "Paused until" not in owner.get(f"{HOME}/{anna.id}").text


def test_a_hundred_fields_are_enough(owner, workspace):
    for number in range(attributes.MOST):
        attributes.declare(workspace, f"Champ {number}", AttributeKind.TEXT, [])
    db.session.commit()
    answer = owner.post(f"{HOME}/fields", data={"name": "Un de trop", "kind": "text"})
    assert answer.status_code == 422
    assert "at most 100" in answer.get_data(as_text=True)


GETS = ["", "/edit", "/lists/new"]
POSTS = ["/edit", "/lists/new", "/restrict", "/lift", "/never-again"]


@pytest.mark.covers("consent-60")
def test_contacts_of_another_workspace_do_not_exist(workspace, anna, letter, sign_in):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    browser = sign_in(make_accounts.member(other, role="owner"))
    mine = f"/w/ailleurs/contacts/{anna.id}"
    answers = [browser.get(mine + path) for path in GETS]
    answers += [browser.post(mine + path) for path in POSTS]
    answers += [
        browser.post(f"{mine}/lists/{letter.id}/leave"),
        browser.get(f"/w/ailleurs/contacts/?list={letter.id}"),
        browser.post("/w/ailleurs/contacts/fields/1/remove"),
        browser.post("/w/ailleurs/contacts/fields/1/asked"),
        browser.get(f"{HOME}/{anna.id}"),
    ]
    assert {answer.status_code for answer in answers} == {404}


def test_who_may_only_look_sees_no_contact(viewer, anna):
    assert viewer.get(f"{HOME}/").status_code == 403
    assert viewer.get(f"{HOME}/{anna.id}").status_code == 403
    assert viewer.get(f"{HOME}/exports/new").status_code == 403
