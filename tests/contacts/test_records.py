"""Every value knows who said it and when; nothing is overwritten without a record."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories.subscriptions import contact as make_contact
from webapp.accounts import access
from webapp.contacts import changing, editing, records, undoing
from webapp.contacts.changing import AddressIsTaken
from webapp.contacts.events import ContactChanged
from webapp.contacts.models import Contact, ContactRecord
from webapp.contacts.undoing import CannotBeUndone, ChangedSince
from webapp.core import clock, events
from webapp.core.db import db


@pytest.fixture
def anna(workspace):
    made = make_contact(
        workspace,
        "anna@example.org",
        first_name="Anna",
        city="Lyon",
        attributes={"pointure": 38},
    )
    db.session.flush()
    return made


def said(contact):
    return [(one.source, one.given, one.replaced) for one in records.history(contact)]


def test_the_first_record_holds_all_that_came_with_the_contact(anna):
    assert said(anna) == [
        (
            "widget",
            {
                "email": "anna@example.org",
                "first_name": "Anna",
                "city": "Lyon",
                "language": "fr",
                "attribute:pointure": 38,
            },
            {},
        )
    ]


def test_a_change_keeps_what_stood_there_before(anna):
    values = {"city": "Paris", "first_name": "Anna", "attribute:pointure": None}
    changed = changing.write(anna, values, source="staff")
    assert changed == {"city", "attribute:pointure"}
    assert said(anna)[0] == (
        "staff",
        {"city": "Paris", "attribute:pointure": None},
        {"city": "Lyon", "attribute:pointure": 38},
    )
    assert (anna.city, anna.attributes) == ("Paris", {})


def test_writing_what_is_known_changes_nothing(anna):
    before = anna.updated_at
    assert changing.write(anna, {"city": "Lyon"}, source="staff") == frozenset()
    assert len(said(anna)) == 1
    assert anna.updated_at == before


def test_no_is_not_nought(anna):
    changing.write(anna, {"attribute:client": 0}, source="import")
    assert changing.write(anna, {"attribute:client": False}, source="staff")
    assert anna.attributes["client"] is False


def test_each_value_knows_who_said_it_last_and_when(anna):
    came = clock.now()
    changing.write(anna, {"city": "Paris"}, source="preferences")
    told = records.origin(anna)
    assert (told["city"].source, told["first_name"].source) == (
        "preferences",
        "widget",
    )
    assert told["city"].at >= came


def test_a_value_older_than_our_records_came_with_the_contact(workspace):
    old = Contact(workspace_id=workspace.id, email="o@example.org", source="import")
    old.city = "Brest"
    db.session.add(old)
    db.session.flush()
    assert records.origin(old)["city"] == records.Origin("import", old.created_at)


def test_whoever_listens_hears_of_new_and_of_changed_contacts(workspace, monkeypatch):
    heard = []
    monkeypatch.setitem(events._listeners, ContactChanged, [heard.append])
    anna = make_contact(workspace, first_name="Anna")
    changing.write(anna, {"city": "Paris"}, source="staff")
    assert [one.fields for one in heard] == [
        {"email", "language", "first_name"},
        {"city"},
    ]
    assert {one.contact_id for one in heard} == {anna.id}


def test_an_undone_change_restores_what_stood_before_as_a_record_of_its_own(
    workspace, anna
):
    born = date(1980, 5, 3)
    values = {"city": "Paris", "birth_date": born, "attributes": {"pointure": 39}}
    editing.change(workspace, anna, values)
    change = records.history(anna)[0]
    undoing.undo(workspace, anna, change)
    assert (anna.city, anna.birth_date, anna.attributes["pointure"]) == (
        "Lyon",
        None,
        38,
    )
    undo = records.history(anna)[0]
    assert (undo.source, undo.source_id) == ("undo", change.id)
    assert change.undone_at is not None


def test_a_restored_value_was_said_by_who_said_it_first(workspace, anna):
    editing.change(workspace, anna, {"city": "Paris"})
    undoing.undo(workspace, anna, records.history(anna)[0])
    assert records.origin(anna)["city"].source == "widget"


def test_an_undo_can_be_undone(workspace, anna):
    born = date(1980, 5, 3)
    editing.change(workspace, anna, {"city": "Paris", "birth_date": born})
    first = records.history(anna)[0]
    undoing.undo(workspace, anna, first)
    undoing.undo(workspace, anna, records.history(anna)[0])
    assert (anna.city, anna.birth_date) == ("Paris", born)
    assert first.undone_at is None
    assert records.origin(anna)["city"].source == "staff"


def test_what_changed_again_since_is_not_undone(workspace, anna):
    editing.change(workspace, anna, {"city": "Paris"})
    change = records.history(anna)[0]
    editing.change(workspace, anna, {"city": "Nantes"})
    with pytest.raises(ChangedSince):
        undoing.undo(workspace, anna, change)
    assert anna.city == "Nantes"


def test_a_change_is_undone_once(workspace, anna):
    editing.change(workspace, anna, {"city": "Paris"})
    change = records.history(anna)[0]
    undoing.undo(workspace, anna, change)
    with pytest.raises(CannotBeUndone):
        undoing.undo(workspace, anna, change)


def test_how_we_came_to_know_somebody_is_not_undone(workspace, anna):
    with pytest.raises(CannotBeUndone):
        undoing.undo(workspace, anna, records.history(anna)[0])


def test_an_address_that_somebody_else_has_by_now_does_not_come_back(workspace, anna):
    editing.change(workspace, anna, {"email": "anna@example.com"})
    change = records.history(anna)[0]
    make_contact(workspace, "anna@example.org")
    with pytest.raises(AddressIsTaken):
        undoing.undo(workspace, anna, change)


def test_a_colleague_who_is_signed_in_did_not_say_what_the_person_said(
    workspace, anna, monkeypatch
):
    monkeypatch.setattr(access, "current_user_id", lambda: 7)
    for source, user in (("preferences", None), ("widget", None), ("staff", 7)):
        record = records.remember(anna, source=source, given={"city": "Lyon"})
        assert record.user_id == user
        db.session.expunge(record)


def test_a_value_that_is_confirmed_is_young_and_nothing_to_undo(anna):
    clock_then = records.origin(anna)["city"].at
    given = {"city": "Lyon"}
    said = records.remember(anna, source="preferences", given=given, replaced=given)
    db.session.flush()
    assert records.origin(anna)["city"].at > clock_then
    assert not undoing.can_be_undone(said)


def test_records_go_with_the_contact(anna):
    db.session.delete(anna)
    db.session.flush()
    assert db.session.scalars(select(ContactRecord)).all() == []
