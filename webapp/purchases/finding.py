"""Whom a search is about: the words of a contact, or the beginning of an order's number."""

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select

from webapp.accounts.models import Workspace
from webapp.contacts import queries
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.purchases.models import Order

# As many as a person looks through; a longer beginning finds fewer.
MOST = 20
_LONGEST = 64
_SHORTEST = 2


def by_number(workspace: Workspace, typed: str, most: int = MOST) -> Sequence[Order]:
    """The orders whose number begins so, the shortest numbers first; none for a word without a digit."""
    number = typed.strip().removeprefix("#").lower()
    has_digit = any(sign.isdigit() for sign in number)
    if not has_digit or not _SHORTEST <= len(number) <= _LONGEST:
        return []
    lowered = func.lower(Order.number)
    beginnings = (
        lowered.startswith(one, autoescape=True) for one in (number, f"#{number}")
    )
    return db.session.scalars(
        select(Order)
        .where(Order.workspace_id == workspace.id, or_(*beginnings))
        .order_by(func.length(Order.number), lowered, Order.id)
        .limit(most)
    ).all()


def contacts(workspace: Workspace, typed: str) -> Select[Contact]:
    """Everybody a search finds, in no order."""
    found = queries.matching(workspace, typed)
    buyers = {order.contact_id for order in by_number(workspace, typed)}
    if not buyers:
        return found
    asked = queries.fits(workspace, typed)
    everybody = queries.matching(workspace).where(Contact.id.in_(buyers))
    if asked is None:
        return everybody
    return queries.matching(workspace).where(or_(asked, Contact.id.in_(buyers)))
