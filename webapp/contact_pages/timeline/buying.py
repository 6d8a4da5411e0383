"""Orders, what came back of them, the stages of a customer, and what was done on the site."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency
from sqlalchemy import select

from webapp.contact_pages.timeline.entries import Entry, Window
from webapp.core.db import db
from webapp.core.i18n import _, locale
from webapp.purchases import eventing, words
from webapp.purchases.models import (
    Order,
    OrderReturn,
    SiteEvent,
    Stage,
    StageChange,
    Status,
)

# More of what an event tells would be a table.
_SHOWN = 4


def orders(window: Window) -> list[Entry]:
    """What the contact bought."""
    found = db.session.scalars(
        window.of(
            select(Order).where(Order.contact_id == window.contact.id),
            Order.placed_at,
            Order.id,
        )
    )
    return [
        Entry(
            window.place(order.placed_at, order.id),
            str(_("Order %(number)s", number=order.number)),
            f"{_money(order.total, order.currency)} – {words.STATUSES[Status(order.status)]}",
            "shopping-bag",
            words.STATUS_TONES[Status(order.status)],
            "orders.show",
            {"order_id": order.id},
        )
        for order in found
    ]


def returns(window: Window) -> list[Entry]:
    """What came back of it."""
    rows = db.session.execute(
        window.of(
            select(OrderReturn, Order.number, Order.currency)
            .join(Order, Order.id == OrderReturn.purchase_id)
            .where(Order.contact_id == window.contact.id),
            OrderReturn.at,
            OrderReturn.id,
        )
    )
    return [
        Entry(
            window.place(came_back.at, came_back.id),
            str(_("Return of order %(number)s", number=number)),
            " – ".join(
                part
                for part in (_money(came_back.amount, currency), came_back.reason)
                if part
            ),
            "arrow-back-up",
            "warning",
            "orders.show",
            {"order_id": came_back.purchase_id},
        )
        for came_back, number, currency in rows
    ]


def stages(window: Window) -> list[Entry]:
    """How the contact went from one stage to another."""
    found = db.session.scalars(
        window.of(
            select(StageChange).where(StageChange.contact_id == window.contact.id),
            StageChange.at,
            StageChange.id,
        )
    )
    return [
        Entry(
            window.place(change.at, change.id),
            str(_("Is now: %(stage)s", stage=words.STAGES[Stage(change.after)])),
            str(_("Was: %(stage)s", stage=words.STAGES[Stage(change.before)])),
            "trending-up",
            words.STAGE_TONES[Stage(change.after)],
        )
        for change in found
    ]


def visits(window: Window) -> list[Entry]:
    """What was done on the site; nothing unless they agree now to be measured."""
    if not eventing.is_measured(window.workspace, window.contact):
        return []
    found = db.session.scalars(
        window.of(
            select(SiteEvent).where(SiteEvent.contact_id == window.contact.id),
            SiteEvent.at,
            SiteEvent.id,
        )
    )
    return [
        Entry(
            window.place(event.at, event.id),
            event.name,
            _told(event.properties),
            "world",
            "info",
        )
        for event in found
    ]


def _told(properties: Mapping[str, Any]) -> str:
    pairs = list(properties.items())[:_SHOWN]
    return ", ".join(f"{name}: {value}" for name, value in pairs)


def _money(amount: Decimal, currency: str) -> str:
    return str(format_currency(amount, currency, locale=locale()))
