"""The demo shop: loaded whole or not at all, once for each owner."""

import pytest
from sqlalchemy import func, select

from tests.factories import accounts as make
from tests.factories import demo as make_demo
from webapp.accounts.models import Membership, Workspace
from webapp.consent.models import ConsentEvent
from webapp.contacts import records
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.demo import loading
from webapp.messages.models import Message


def count(model, *conditions):
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


def test_the_asking_user_owns_it(workspace):
    made, owner = make_demo.shop(workspace)
    member = db.session.scalars(
        select(Membership).where(Membership.workspace_id == made.id)
    ).one()
    assert (member.user_id, member.role) == (owner.id, "owner")


def test_loading_twice_gives_one_shop(workspace):
    made, owner = make_demo.shop(workspace)
    assert loading.load(owner).id == made.id
    assert count(Workspace, Workspace.is_demo) == 1


def test_another_owner_has_a_shop_of_their_own(workspace):
    first, _ = make_demo.shop(workspace)
    second, _ = make_demo.shop(workspace)
    assert (first.slug, second.slug) == ("demo", "demo-2")


def test_the_same_people_come_at_each_load(workspace):
    first, _ = make_demo.shop(workspace)
    second, _ = make_demo.shop(workspace)
    told = [
        list(
            db.session.scalars(
                select(Contact.email)
                .where(Contact.workspace_id == made.id)
                .order_by(Contact.id)
            )
        )
        for made in (first, second)
    ]
    assert sorted(told[0]) == sorted(told[1])


def test_every_value_knows_who_said_it(workspace):
    made, _ = make_demo.shop(workspace)
    people = db.session.scalars(
        select(Contact)
        .where(Contact.workspace_id == made.id, Contact.phone != "")
        .order_by(Contact.id)
        .limit(6)
    ).all()
    for person in people:
        said = {name for one in records.history(person) for name in one.given}
        assert said == set(records.values(person))


def test_a_failure_half_way_leaves_nothing(workspace, monkeypatch):
    owner = make.member(workspace, role="owner")
    db.session.commit()

    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr(loading.figures, "confirmations", broken)
    with pytest.raises(RuntimeError):
        loading.load(owner)
    db.session.rollback()
    assert count(Workspace, Workspace.is_demo) == 0
    assert count(Contact) == count(ConsentEvent) == count(Message) == 0
