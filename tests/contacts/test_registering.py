"""How a person enters the base: once, whole, and without overwriting what is known."""

import threading
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.factories.accounts import workspace as make_workspace
from webapp.contacts.models import Contact
from webapp.contacts.registering import register
from webapp.core.addresses import AddressIsNotValid
from webapp.core.db import db, transaction
from webapp.deliverability import suppression
from webapp.deliverability.models import Suppression, SuppressionReason


def test_the_same_address_in_other_letters_is_the_same_contact(workspace):
    first = register(workspace, "Anna@Example.org", source="widget")
    second = register(workspace, "anna@EXAMPLE.org", source="widget")
    assert first.id == second.id
    assert first.email == "Anna@example.org"


def test_two_workspaces_know_the_same_person_apart(workspace):
    other = make_workspace(slug="ailleurs")
    assert (
        register(workspace, "anna@example.org", source="widget").id
        != register(other, "anna@example.org", source="widget").id
    )


def test_a_second_sign_up_fills_what_is_empty_and_overwrites_nothing(workspace):
    register(
        workspace,
        "anna@example.org",
        source="widget",
        first_name="Anna",
        attributes={"size": "M"},
    )
    known = register(
        workspace,
        "anna@example.org",
        source="widget",
        first_name="Mallory",
        city="Lyon",
        birth_date=date(1990, 5, 3),
        attributes={"size": "XL", "colour": "red"},
    )
    assert (known.first_name, known.city, known.birth_date) == (
        "Anna",
        "Lyon",
        date(1990, 5, 3),
    )
    assert known.attributes == {"size": "M", "colour": "red"}


@pytest.mark.parametrize(
    "address",
    [
        "anna@example.org\r\nBcc: all@example.org",
        "anna\n@example.org",
        "anna@exa\0mple.org",
        "anna",
    ],
)
def test_an_address_that_could_break_a_header_is_refused(workspace, address):
    with pytest.raises(AddressIsNotValid):
        register(workspace, address, source="widget")


def test_a_name_is_kept_on_one_line_and_no_longer_than_its_column(workspace):
    made = register(
        workspace,
        "anna@example.org",
        source="widget",
        first_name="An\r\nna\x00 " + "x" * 300,
    )
    assert made.first_name.startswith("An na x")
    assert len(made.first_name) == 100


def test_an_unknown_field_is_a_mistake_of_the_programmer(workspace):
    with pytest.raises(TypeError):
        register(workspace, "anna@example.org", source="widget", shoe="42")


def test_two_sign_ups_at_the_same_moment_make_one_contact(app, workspace):
    together = threading.Barrier(2)
    found = []

    def enter():
        with app.app_context(), transaction():
            mine = db.session.merge(workspace, load=False)
            together.wait()
            found.append(register(mine, "Anna@example.org", source="widget").id)

    db.session.commit()
    db.session.refresh(workspace)
    threads = [threading.Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 1


def test_a_contact_that_comes_back_with_a_suppressed_address_is_suppressed(workspace):
    suppression.suppress(workspace, "anna@example.org", SuppressionReason.ERASED)
    back = register(workspace, "ANNA@example.org", source="import")
    assert db.session.scalars(select(Suppression.contact_id)).all() == [back.id]
