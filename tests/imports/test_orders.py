"""Orders, articles and site events from files: whose they are, what is new, what is taken back."""

from decimal import Decimal

import pytest

from tests.factories import audience as make
from tests.factories import imports
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.imports import rejects
from webapp.purchases.models import Order, OrderLine, SiteEvent

ORDERS = """N° commande;Date;E-mail;Statut;Produit;Quantité;Prix unitaire
1001;05/03/2026;ana@example.org;Payée;Thé vert;2;4,50
1001;05/03/2026;ana@example.org;Payée;Tasse;1;12,00
1002;06/03/2026;neuf@example.org;Expédiée;Thé noir;1;5,20
1003;06/03/2026;;Payée;Thé noir;1;5,20
1004;n'importe quoi;ana@example.org;Payée;Thé noir;1;5,20
"""


@pytest.fixture
def ana(workspace):
    made = make.contact(workspace, email="ana@example.org")
    db.session.commit()
    return made


def orders_of(workspace):
    asked = db.select(Order).where(Order.workspace_id == workspace.id)
    return {one.number: one for one in db.session.scalars(asked)}


def test_articles_of_one_order_are_one_order(workspace, ana):
    run = imports.done(imports.answered(workspace, ORDERS, name="commandes.csv"))
    assert run.figures["new"] == run.expected["new"] == 2
    assert run.figures["refusals"] == {"no_address": 1, "no_date": 1}
    found = orders_of(workspace)
    assert found["1001"].total == Decimal("21.00")
    assert found["1001"].contact_id == ana.id
    lines = db.session.query(OrderLine).filter_by(purchase_id=found["1001"].id)
    assert [line.name for line in lines.order_by(OrderLine.position)] == [
        "Thé vert",
        "Tasse",
    ]
    assert db.session.get(Contact, found["1002"].contact_id).email == "neuf@example.org"


def test_the_same_orders_a_second_time_change_nothing(workspace, ana):
    imports.done(imports.answered(workspace, ORDERS, name="commandes.csv"))
    run = imports.checked(imports.answered(workspace, ORDERS, name="commandes.csv"))
    assert (run.expected.get("new", 0), run.expected["unchanged"]) == (0, 2)


def test_undoing_removes_the_orders_and_the_contacts_that_came_along(workspace, ana):
    run = imports.done(imports.answered(workspace, ORDERS, name="commandes.csv"))
    run = imports.undone(run)
    assert orders_of(workspace) == {}
    assert run.undone["orders"] == 2
    assert [one.email for one in db.session.query(Contact)] == ["ana@example.org"]


def test_an_order_of_nobody_comes_back_with_its_reason(workspace, ana):
    run = imports.answered(
        workspace, ORDERS, name="commandes.csv", makes_contacts=False
    )
    run = imports.checked(run)
    assert run.expected["refusals"]["no_contact"] == 1
    reasons = {cells[0]: cells[-1] for cells in rejects.lines(run)}
    assert set(reasons) == {"1002", "1003", "1004"}


def test_a_phone_number_or_a_key_of_the_shop_say_whose_an_order_is(workspace):
    by_phone = make.contact(workspace, phone="+33612345678")
    make.attribute(workspace, "client", "text")
    by_key = make.contact(workspace, attributes={"client": "C-77"})
    content = "Commande;Date;Total;Téléphone;N° client\nA1;2026-03-05;10;06 12 34 56 78;\nA2;2026-03-05;20;;C-77\n"
    run = imports.answered(workspace, content, name="commandes.csv")
    run.mapping = [
        "order:number",
        "order:placed_at",
        "order:total",
        "phone",
        "key:client",
    ]
    imports.done(run)
    found = orders_of(workspace)
    assert (found["A1"].contact_id, found["A2"].contact_id) == (by_phone.id, by_key.id)


def test_events_are_kept_of_people_who_agreed_to_be_measured_alone(workspace):
    letter = make.mailing_list(workspace)
    make.subscriber(workspace, letter, clicks=True, email="oui@example.org")
    make.subscriber(workspace, letter, email="non@example.org")
    content = "event;date;email;page\nvue;2026-03-05T10:00:00;oui@example.org;/the\nvue;2026-03-05T10:00:00;non@example.org;/the\n"
    run = imports.answered(workspace, content, name="events.csv")
    run.mapping = ["event:name", "event:at", "email", "event:property"]
    run = imports.done(run)
    assert run.figures["refusals"] == {"not_measured": 1}
    assert [one.properties for one in db.session.query(SiteEvent)] == [{"page": "/the"}]
