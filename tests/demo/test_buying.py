"""The orders of the demo shop are those its customers' cards speak of."""

from sqlalchemy import func, select

from tests.factories import demo as make_demo
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.demo.shop import Key
from webapp.purchases import overview
from webapp.purchases.models import ContactStats, Order, OrderLine, Stage


def test_orders_stages_and_their_history_fit_one_another(workspace):
    shop, _owner = make_demo.shop(workspace)
    cards = db.session.scalar(
        select(func.sum(Contact.attributes[Key.ORDERS.value].as_integer()))
    )
    assert db.session.scalar(select(func.count()).select_from(Order)) == cards
    found = overview.Overview(overview.counted(shop, now=True).figures)
    people = db.session.scalar(select(func.count()).select_from(Contact))
    assert sum(part.people for _stage, part in found.stages()) == people
    assert all(part.people for _stage, part in found.stages())
    assert found.customers.people == sum(part.people for _group, part in found.groups())
    # Twelve months that are over, and this one.
    assert len(overview.months(shop)) == 13
    assert found.moves(365)

    # An order costs what its articles cost, and whoever never bought is a prospect.
    articles = (
        select(func.sum(OrderLine.total))
        .where(OrderLine.purchase_id == Order.id)
        .scalar_subquery()
    )
    wrong = select(func.count()).where(
        Order.total != articles - Order.discount + Order.shipping
    )
    assert db.session.scalar(wrong) == 0
    wrong = select(func.count()).where(
        (ContactStats.orders == 0) != (ContactStats.stage == Stage.PROSPECT.value)
    )
    assert db.session.scalar(wrong) == 0
