"""Orders that colleagues enter and correct by hand; the log says who did."""

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.purchases import ordering, queries
from webapp.purchases.facts import OrderFacts, ReturnFacts
from webapp.purchases.models import Order
from webapp.purchases.ordering import By


class OrderIsThere(DomainError):
    """A new order has the number of one that is there."""

    message = _l("There is an order with this number already: find it, and correct it.")


def enter(
    workspace: Workspace, contact: Contact, facts: OrderFacts, *, by: By
) -> Order:
    """Enter a new order.

    :raises OrderIsThere: rather than correct by mistake what is there.
    """
    if queries.find(workspace, facts.number, shop=facts.shop):
        raise OrderIsThere
    order = ordering.record(workspace, contact, facts, by=by)
    auditing.record(workspace, "order.entered", order, name=order.number)
    return order


def correct(
    workspace: Workspace, contact: Contact, order: Order, facts: OrderFacts, *, by: By
) -> None:
    """Correct an order with all that its form says."""
    ordering.record(workspace, contact, facts, by=by)
    auditing.record(workspace, "order.corrected", order, name=order.number)


def take_back(workspace: Workspace, order: Order, facts: ReturnFacts) -> None:
    """Enter a return of an order."""
    if ordering.take_back(order, facts):
        auditing.record(workspace, "order.returned", order, name=order.number)
