"""Segments ready to be used: what shops ask most, each proposed where its data exist."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, select, true

from webapp.accounts.models import Workspace
from webapp.contacts import counting
from webapp.contacts.models import Contact
from webapp.core.db import Model, db
from webapp.core.errors import NotFound
from webapp.core.i18n import _l
from webapp.messages.models import Hit
from webapp.purchases.models import Order, OrderReturn
from webapp.segments import rules, saving
from webapp.segments.estimating import SAMPLED
from webapp.segments.models import Segment
from webapp.segments.tree import Ago, Group, Last
from webapp.segments.writing import all_of, any_of, asks

Has = Callable[[Workspace], bool]


@dataclass(frozen=True)
class ReadyMade:
    """A segment of ours: its name, whom it holds in a sentence, what must be there for it."""

    key: str
    name: Any
    words: Any
    group: Callable[[Workspace], Group]
    has: Has


def offered(workspace: Workspace) -> list[ReadyMade]:
    """Those whose data the workspace has, in the order of the shop's questions."""
    known: dict[Has, bool] = {}
    return [
        one
        for one in EVERY
        if known.setdefault(one.has, known.get(one.has) or one.has(workspace))
    ]


def use(workspace: Workspace, key: str) -> Segment:
    """Make one of them a segment of the workspace.

    :raises NotFound: when there is none with this key.
    """
    found = next((one for one in EVERY if one.key == key), None)
    if found is None:
        raise NotFound
    written = rules.write(found.group(workspace))
    return saving.create(workspace, str(found.name), written)


def _has_orders(workspace: Workspace) -> bool:
    some = select(Order.id).where(Order.workspace_id == workspace.id)
    # In the order of an index, or the database might look through everybody's.
    return _exists(some.order_by(Order.placed_at.desc()))


def _has_returns(workspace: Workspace) -> bool:
    return _exists(
        select(OrderReturn.id)
        .join(Order)
        .where(Order.workspace_id == workspace.id, Order.returned > 0)
    )


def _has_birthdays(workspace: Workspace) -> bool:
    return _has_some(workspace, Contact.birth_date.is_not(None))


def _has_companies(workspace: Workspace) -> bool:
    return _has_some(workspace, Contact.siren.concat(Contact.company) != "")


def _has_neighbours(workspace: Workspace) -> bool:
    if len(workspace.postcode) < 2:
        return False
    return _has_some(workspace, Contact.postcode.startswith(_department(workspace)))


def _has_clicks(workspace: Workspace) -> bool:
    # Hits are found by campaign.
    campaign: Table = Model.metadata.tables["campaign"]
    ours = select(campaign.c.id).where(campaign.c.workspace_id == workspace.id)
    clicked = select(Hit.id).where(
        Hit.campaign_id.in_(ours), Hit.link_id.is_not(None), Hit.contact_id.is_not(None)
    )
    return workspace.measures_clicks and _exists(clicked)


def _has_contacts(workspace: Workspace) -> bool:
    return _has_some(workspace, true())


def _has_some(workspace: Workspace, condition: ColumnElement[bool]) -> bool:
    """Whether somebody meets it; where people are many, somebody of the sample."""
    some = select(Contact.id).where(Contact.workspace_id == workspace.id, condition)
    return _exists(some.where(SAMPLED) if counting.are_many(workspace) else some)


def _exists(some: Any) -> bool:
    return db.session.scalar(some.limit(1)) is not None


def _department(workspace: Workspace) -> str:
    """The department of the shop, as its postcode begins: three digits overseas."""
    overseas = workspace.postcode.startswith(("97", "98"))
    return workspace.postcode[: 3 if overseas else 2]


def _fixed(group: Group) -> Callable[[Workspace], Group]:
    return lambda _workspace: group


_BOUGHT = asks("orders", "at_least", 1)
EVERY = (
    ReadyMade(
        "new_customers",
        _l("New customers"),
        _l("Their first order was in the last 30 days."),
        _fixed(all_of(asks("first_order", "in_last", 30))),
        _has_orders,
    ),
    ReadyMade(
        "loyal",
        _l("Loyal customers"),
        _l("They come back at their usual pace, ambassadors among them."),
        _fixed(all_of(asks("stage", "one_of", ("loyal", "ambassador")))),
        _has_orders,
    ),
    ReadyMade(
        "at_risk",
        _l("Customers at risk"),
        _l("They bought, and are later than your customers usually are."),
        _fixed(all_of(asks("stage", "equals", "at_risk"))),
        _has_orders,
    ),
    ReadyMade(
        "inactive",
        _l("No order for 12 months"),
        _l("They bought once at least, and nothing in the last 365 days."),
        _fixed(all_of(_BOUGHT, asks("last_order", "not_in_last", 365))),
        _has_orders,
    ),
    ReadyMade(
        "once",
        _l("Bought once, 30 to 60 days ago"),
        _l("The moment for a second order."),
        _fixed(
            all_of(
                asks("orders", "equals", 1),
                asks("purchases", "at_least", 1, within=Ago(30, 60)),
            )
        ),
        _has_orders,
    ),
    ReadyMade(
        "regulars",
        _l("Three orders or more this year"),
        _l("They bought three times at least in the last 365 days."),
        _fixed(all_of(asks("purchases", "at_least", 3, within=Last(365)))),
        _has_orders,
    ),
    ReadyMade(
        "big_baskets",
        _l("Big baskets"),
        _l("They spend 100 on an order, on average, or more."),
        _fixed(all_of(asks("average_basket", "at_least", 100))),
        _has_orders,
    ),
    ReadyMade(
        "best",
        _l("Your best customers"),
        _l("The fifth of your customers who brought most."),
        _fixed(all_of(asks("monetary_score", "equals", 5))),
        _has_orders,
    ),
    ReadyMade(
        "never",
        _l("Never bought"),
        _l("You know them, and they have no order."),
        _fixed(all_of(asks("orders", "equals", 0))),
        _has_orders,
    ),
    ReadyMade(
        "returns",
        _l("Returned something lately"),
        _l("Something of theirs came back in the last 60 days."),
        _fixed(all_of(asks("returns", "at_least", 1, within=Last(60)))),
        _has_returns,
    ),
    ReadyMade(
        "clicked",
        _l("Clicked lately without buying"),
        _l("A click in the last 30 days, no order: among people who accept measuring."),
        _fixed(
            all_of(
                asks("clicks", "at_least", 1, within=Last(30)),
                asks("purchases", "never", within=Last(30)),
            )
        ),
        _has_clicks,
    ),
    ReadyMade(
        "birthdays",
        _l("Birthdays this month"),
        _l("Their birthday is in this month."),
        _fixed(all_of(asks("birth_date", "anniversary_month"))),
        _has_birthdays,
    ),
    ReadyMade(
        "birthdays_soon",
        _l("Birthdays in the next 7 days"),
        _l("For a word that comes in time."),
        _fixed(all_of(asks("birth_date", "anniversary_in", 7))),
        _has_birthdays,
    ),
    ReadyMade(
        "neighbours",
        _l("Near the shop"),
        _l("Their postcode is of your department."),
        lambda workspace: all_of(asks("postcode", "starts", _department(workspace))),
        _has_neighbours,
    ),
    ReadyMade(
        "companies",
        _l("Companies"),
        _l("With a company or its SIREN number."),
        _fixed(any_of(asks("company", "filled"), asks("siren", "filled"))),
        _has_companies,
    ),
    ReadyMade(
        "new_contacts",
        _l("New contacts"),
        _l("You have known them for 30 days at most."),
        _fixed(all_of(asks("created", "in_last", 30))),
        _has_contacts,
    ),
    ReadyMade(
        "incomplete",
        _l("Incomplete profiles"),
        _l("Without first name, last name or postcode."),
        _fixed(
            any_of(
                asks("first_name", "empty"),
                asks("last_name", "empty"),
                asks("postcode", "empty"),
            )
        ),
        _has_contacts,
    ),
)
