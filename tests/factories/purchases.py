"""Orders and what follows from them, as the tests need them."""

import itertools
from datetime import UTC, datetime
from decimal import Decimal

from webapp.core import clock
from webapp.purchases import ordering
from webapp.purchases.facts import OrderFacts
from webapp.purchases.ordering import By

STAFF = By("staff")
_numbers = itertools.count(1)


def facts(**changes):
    told = {
        "number": f"C-{next(_numbers):05}",
        "placed_at": clock.now(),
        "total": Decimal(40),
        **changes,
    }
    return OrderFacts(**told)


def order(workspace, contact, *, by=STAFF, **changes):
    return ordering.record(workspace, contact, facts(**changes), by=by)


def noon(year, month, day):
    return datetime(year, month, day, 12, tzinfo=UTC)
