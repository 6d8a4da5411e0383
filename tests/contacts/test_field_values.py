"""The values of all contacts in one field: counted, taken off with a record, forgotten."""

import pytest
from sqlalchemy import select

from tests.factories import accounts as make_accounts
from tests.factories.subscriptions import contact as make_contact
from webapp.contacts import attributes, changing, field_values, queries, records
from webapp.contacts.models import AttributeKind, Contact, ContactRecord
from webapp.core.db import db

TEAS = ["Vert", "Noir", "Rooibos"]


@pytest.fixture
def teas(workspace):
    return attributes.declare(workspace, "Thés", AttributeKind.CHOICES, TEAS)


@pytest.fixture
def shop(workspace):
    return attributes.declare(
        workspace, "Boutique", AttributeKind.CHOICE, ["Lyon", "Paris"]
    )


def has(workspace, **own):
    made = make_contact(workspace, attributes=own)
    db.session.flush()
    return made


def known(contact):
    db.session.expire_all()
    return db.session.get_one(Contact, contact.id).attributes


def test_a_choice_that_goes_is_counted_before(workspace, teas, shop):
    has(workspace, thes=["Vert", "Noir"], boutique="Lyon")
    has(workspace, thes=["Noir"])
    assert field_values.holders(workspace, teas, TEAS) == {"Vert": 1, "Noir": 2}
    assert field_values.holders(workspace, shop, ["Lyon", "Paris"]) == {"Lyon": 1}
    assert field_values.usage(workspace) == {"thes": 2, "boutique": 1}


def test_a_choice_that_goes_leaves_the_others_and_a_record(workspace, teas, shop):
    anna = has(workspace, thes=["Vert", "Noir"], boutique="Lyon")
    berta = has(workspace, thes=["Noir"])
    carla = has(workspace, thes=["Vert"])
    before = carla.updated_at
    attributes.change(workspace, teas, "Thés", ["Vert", "Rooibos"])
    attributes.change(workspace, shop, "Boutique", ["Paris", "Nantes"])
    assert known(anna) == {"thes": ["Vert"]}
    assert known(berta) == {}
    assert known(carla) == {"thes": ["Vert"]}
    assert db.session.get_one(Contact, carla.id).updated_at == before
    told = [(one.given, one.replaced) for one in records.history(anna)]
    assert told[:2] == [
        ({"attribute:boutique": None}, {"attribute:boutique": "Lyon"}),
        ({"attribute:thes": ["Vert"]}, {"attribute:thes": ["Vert", "Noir"]}),
    ]


def test_a_removed_field_is_forgotten_in_the_records_as_well(workspace, shop):
    anna = has(workspace, boutique="Lyon")
    changing.write(anna, {"attribute:boutique": "Paris"}, source="staff")
    changing.write(anna, {"city": "Lyon", "attribute:boutique": "Lyon"}, source="staff")
    db.session.flush()
    attributes.remove(workspace, shop)
    db.session.flush()
    assert known(anna) == {}
    every = db.session.scalars(select(ContactRecord)).all()
    assert "boutique" not in repr([(one.given, one.replaced) for one in every])
    assert [set(one.given) for one in records.history(anna)] == [
        {"city"},
        {"email", "language"},
    ]


def test_other_workspaces_keep_their_values(workspace, app, shop):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    theirs = has(other, boutique="Lyon")
    attributes.change(workspace, shop, "Boutique", ["Paris"])
    attributes.remove(workspace, shop)
    assert known(theirs) == {"boutique": "Lyon"}


def test_fields_stand_in_the_order_the_workspace_gave_them(workspace):
    for name in ("Bleu", "Ambre", "Corail"):
        attributes.declare(workspace, name, AttributeKind.TEXT, [])
    corail = queries.attributes(workspace)[2]
    attributes.move(workspace, corail, up=True)
    attributes.move(workspace, corail, up=True)
    attributes.move(workspace, corail, up=True)
    db.session.flush()
    names = [one.name for one in queries.attributes(workspace)]
    assert names == ["Corail", "Bleu", "Ambre"]
