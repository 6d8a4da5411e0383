"""The figures of contacts, worked out from what happened: for some people, or for everybody alike."""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Numeric,
    Select,
    Subquery,
    any_,
    case,
    cast,
    extract,
    func,
    null,
    select,
)

from webapp.accounts.models import Workspace
from webapp.consent import gate, purposes
from webapp.consent.models import Purpose
from webapp.contacts.models import Contact
from webapp.messages.models import Hit, Kind, Message
from webapp.messages.models import Status as Sending
from webapp.purchases.models import COUNTING, CustomerRules, Order, SiteEvent

# The columns of `contact_stats` that are worked out here, in this order.
COLUMNS = (
    "contact_id",
    "workspace_id",
    "orders",
    "revenue",
    "orders_elsewhere",
    "first_order_at",
    "last_order_at",
    "average_gap_days",
    "sent",
    "last_sent_at",
    "opens",
    "last_open_at",
    "clicks",
    "last_click_at",
    "events",
    "last_event_at",
)
SECONDS_A_DAY = 86_400

# Whose: an array of numbers, or None for everybody.
Whose = ColumnElement[Any] | None


def of(workspace: Workspace, rules: CustomerRules, whose: Whose = None) -> Select[Any]:
    """One row a contact: `COLUMNS`.

    Opens, clicks and site events are those of people who agree to be measured now.
    """
    orders = _orders(workspace, rules, whose)
    mails = _mails(workspace, whose)
    hits = _hits(workspace, whose)
    events = _events(workspace, whose)
    asked = purposes.measuring(workspace)
    opens = _measured(asked.opens, "opens_measured", wanted=workspace.measures_opens)
    clicks = _measured(
        asked.clicks, "clicks_measured", wanted=workspace.measures_clicks
    )
    by_opens, by_clicks = opens.c.contact_id, clicks.c.contact_id
    count = func.coalesce
    people = select(
        Contact.id.label("contact_id"),
        Contact.workspace_id,
        count(orders.c.orders, 0).label("orders"),
        count(orders.c.revenue, 0).label("revenue"),
        count(orders.c.elsewhere, 0).label("orders_elsewhere"),
        orders.c.first_at.label("first_order_at"),
        orders.c.last_at.label("last_order_at"),
        _average_gap(orders).label("average_gap_days"),
        count(mails.c.sent, 0).label("sent"),
        mails.c.last_at.label("last_sent_at"),
        _if_measured(by_opens, count(hits.c.opens, 0)).label("opens"),
        _if_measured(by_opens, hits.c.last_open_at).label("last_open_at"),
        _if_measured(by_clicks, count(hits.c.clicks, 0)).label("clicks"),
        _if_measured(by_clicks, hits.c.last_click_at).label("last_click_at"),
        _if_measured(by_clicks, count(events.c.events, 0)).label("events"),
        _if_measured(by_clicks, events.c.last_at).label("last_event_at"),
    ).where(Contact.workspace_id == workspace.id, *_only(Contact.id, whose))
    for part in (orders, mails, hits, events, opens, clicks):
        people = people.outerjoin(part, part.c.contact_id == Contact.id)
    return people


def differs(kept: FromClause, fresh: FromClause | CTE) -> ColumnElement[bool]:
    """Whether any figure of the one is not that of the other."""
    theirs = [kept.c[name] for name in COLUMNS[2:]]
    ours = [fresh.c[name] for name in COLUMNS[2:]]
    return func.row(*theirs).is_distinct_from(func.row(*ours))


def _orders(workspace: Workspace, rules: CustomerRules, whose: Whose) -> Subquery:
    own = Order.currency == rules.currency
    return (
        select(
            Order.contact_id,
            func.count().label("orders"),
            func.sum(Order.total - Order.returned).filter(own).label("revenue"),
            func.count().filter(~own).label("elsewhere"),
            func.min(Order.placed_at).label("first_at"),
            func.max(Order.placed_at).label("last_at"),
        )
        .where(
            Order.workspace_id == workspace.id,
            Order.status.in_(COUNTING),
            *_only(Order.contact_id, whose),
        )
        .group_by(Order.contact_id)
        .subquery("ordered")
    )


def _average_gap(orders: Subquery) -> ColumnElement[Any]:
    spans = func.nullif(orders.c.orders - 1, 0)
    seconds = extract("epoch", orders.c.last_at - orders.c.first_at)
    return cast(seconds / SECONDS_A_DAY / spans, Numeric(8, 2))


def _mails(workspace: Workspace, whose: Whose) -> Subquery:
    return (
        select(
            Message.contact_id,
            func.count().label("sent"),
            func.max(Message.finished_at).label("last_at"),
        )
        .where(
            Message.workspace_id == workspace.id,
            Message.kind == Kind.CAMPAIGN,
            Message.status == Sending.SENT,
            Message.contact_id.is_not(None),
            *_only(Message.contact_id, whose),
        )
        .group_by(Message.contact_id)
        .subquery("mailed")
    )


def _hits(workspace: Workspace, whose: Whose) -> Subquery:
    open_, click = Hit.link_id.is_(None), Hit.link_id.is_not(None)
    return (
        select(
            Hit.contact_id,
            func.count().filter(open_).label("opens"),
            func.max(Hit.at).filter(open_).label("last_open_at"),
            func.count().filter(click).label("clicks"),
            func.max(Hit.at).filter(click).label("last_click_at"),
        )
        .where(
            Hit.workspace_id == workspace.id,
            ~Hit.by_machine,
            Hit.contact_id.is_not(None),
            *_only(Hit.contact_id, whose),
        )
        .group_by(Hit.contact_id)
        .subquery("hits")
    )


def _events(workspace: Workspace, whose: Whose) -> Subquery:
    return (
        select(
            SiteEvent.contact_id,
            func.count().label("events"),
            func.max(SiteEvent.at).label("last_at"),
        )
        .where(
            SiteEvent.workspace_id == workspace.id, *_only(SiteEvent.contact_id, whose)
        )
        .group_by(SiteEvent.contact_id)
        .subquery("done")
    )


def _measured(purpose: Purpose, name: str, *, wanted: bool) -> Subquery:
    """Who may be measured now, as the gate says; nobody where the workspace measures nothing."""
    usable = select(Contact.id).where(
        Contact.workspace_id == purpose.workspace_id, ~gate.usable()
    )
    agreeing = gate.agreeing(purpose).subquery()
    found = select(agreeing.c.contact_id).where(agreeing.c.contact_id.not_in(usable))
    return (found if wanted else found.where(null().is_not(None))).subquery(name)


def _if_measured(who: ColumnElement[Any], value: Any) -> ColumnElement[Any]:
    return case((who.is_not(None), value), else_=null())


def _only(column: Any, whose: Whose) -> list[ColumnElement[bool]]:
    return [] if whose is None else [column == any_(whose)]
