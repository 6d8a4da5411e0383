"""The ten groups of customers that recency and frequency make, in the words of the trade."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from webapp.core.i18n import _l
from webapp.purchases.models import ContactStats


@dataclass(frozen=True)
class CustomerGroup:
    """Customers whose R and F lie in one of these rectangles: (R from, R to, F from, F to)."""

    key: str
    label: Any
    advice: Any
    areas: tuple[tuple[int, int, int, int], ...]

    def holds(self, r: int, f: int) -> bool:
        """Whether a customer with these scores belongs to it."""
        return any(a <= r <= b and c <= f <= d for a, b, c, d in self.areas)

    def condition(self) -> ColumnElement[bool]:
        """The same, of a row of `contact_stats`."""
        stats = ContactStats
        return or_(
            *(
                and_(stats.r.between(a, b), stats.f.between(c, d))
                for a, b, c, d in self.areas
            )
        )


GROUPS = (
    CustomerGroup(
        "champions",
        _l("Champions"),
        _l("They bought lately and often: show them news first, ask what they think."),
        ((5, 5, 4, 5),),
    ),
    CustomerGroup(
        "regulars",
        _l("Regulars"),
        _l("They come back by themselves: thank them rather than giving discounts."),
        ((3, 4, 4, 5),),
    ),
    CustomerGroup(
        "hopefuls",
        _l("Regulars in the making"),
        _l("Two or three orders, the last one lately: suggest what goes with them."),
        ((4, 5, 2, 3),),
    ),
    CustomerGroup(
        "newcomers",
        _l("Newcomers"),
        _l("A first order just now: welcome them and help with what they bought."),
        ((5, 5, 1, 1),),
    ),
    CustomerGroup(
        "promising",
        _l("Promising"),
        _l("One order not long ago: give a reason for a second one."),
        ((4, 4, 1, 1),),
    ),
    CustomerGroup(
        "to_watch",
        _l("To be watched"),
        _l("Several orders, the last one a while ago: write before they forget you."),
        ((3, 3, 3, 3),),
    ),
    CustomerGroup(
        "dozing",
        _l("Dozing off"),
        _l("Few orders, a while ago: remind them of what you do best."),
        ((3, 3, 1, 2),),
    ),
    CustomerGroup(
        "leaving",
        _l("Drifting away"),
        _l("They came several times and no longer do: ask what is missing."),
        ((1, 2, 3, 4),),
    ),
    CustomerGroup(
        "not_to_lose",
        _l("Not to be lost"),
        _l("Among the best, and silent for long: a personal word is worth it."),
        ((1, 2, 5, 5),),
    ),
    CustomerGroup(
        "asleep",
        _l("Asleep"),
        _l("One or two orders, long ago: one last reminder, then leave them alone."),
        ((1, 2, 1, 2),),
    ),
)
BY_KEY = {group.key: group for group in GROUPS}


def group_of(r: int | None, f: int | None) -> CustomerGroup | None:
    """The group of these scores; None for whoever never bought."""
    if r is None or f is None:
        return None
    return next(group for group in GROUPS if group.holds(r, f))
