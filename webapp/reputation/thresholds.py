"""From which rates on mail does harm: pure rules, no database.

Gmail and Yahoo want complaints below 0.1 % and act at 0.3 %, Orange at 0.3 %; more than 5 %
of addresses that do not exist is how a bought list looks.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

USUAL_BOUNCES, USUAL_COMPLAINTS, USUAL_LEAST = Decimal(5), Decimal("0.3"), 100
# What a workspace may choose: never so much that the stop comes too late.
BOUNCES = (Decimal(1), Decimal(10))
COMPLAINTS = (Decimal("0.1"), Decimal("0.5"))
LEAST = (50, 1_000)
# One person who presses the wrong button stops no campaign.
FEWEST_COMPLAINTS = 2
# A few wrong addresses are in every list.
FEWEST_BOUNCES = 5
HUNDRED = Decimal(100)


class What(StrEnum):
    """What there is too much of."""

    BOUNCES = "bounces"
    COMPLAINTS = "complaints"


class Level(StrEnum):
    """What a rate calls for."""

    FEW = "few"
    """Too few messages to say anything."""
    GOOD = "good"
    WATCH = "watch"
    ACT = "act"


@dataclass(frozen=True)
class Limits:
    """The rates, in percent, from which a campaign is paused, and the messages before they count."""

    bounces: Decimal = USUAL_BOUNCES
    complaints: Decimal = USUAL_COMPLAINTS
    least: int = USUAL_LEAST


@dataclass(frozen=True)
class Figures:
    """Messages handed over, addresses that do not exist among them, and complaints."""

    handed: int
    bounces: int
    complaints: int

    def since(self, before: "Figures") -> "Figures":
        """What came after those figures; never less than nothing."""
        return Figures(
            max(self.handed - before.handed, 0),
            max(self.bounces - before.bounces, 0),
            max(self.complaints - before.complaints, 0),
        )


@dataclass(frozen=True)
class Excess:
    """A rate above its limit, both in percent."""

    what: What
    number: int
    handed: int
    limit: Decimal

    @property
    def rate(self) -> Decimal:
        """In percent."""
        return self.number * HUNDRED / self.handed


def excess(figures: Figures, limits: Limits) -> Excess | None:
    """The rate for which a campaign must stop, complaints first; None when it may go on."""
    if figures.handed < limits.least:
        return None
    for what, number, fewest, limit in _rates(figures, limits):
        if number >= fewest and number * HUNDRED > limit * figures.handed:
            return Excess(what, number, figures.handed, limit)
    return None


def most_that_matters(figures: Figures, limits: Limits) -> int:
    """Above so many messages these bounces and complaints are no reason to stop.

    So that nobody counts a million messages to see that all is well: 0 when nothing is.
    """
    return max(
        (
            int(number * HUNDRED / limit)
            for _what, number, fewest, limit in _rates(figures, limits)
            if number >= fewest
        ),
        default=0,
    )


def level(number: int, of: int, watch: Decimal, act: Decimal) -> Level:
    """What so many of so many messages call for, by two rates in percent."""
    if of < USUAL_LEAST:
        return Level.FEW
    if number * HUNDRED > act * of:
        return Level.ACT
    return Level.WATCH if number * HUNDRED > watch * of else Level.GOOD


def _rates(
    figures: Figures, limits: Limits
) -> tuple[tuple[What, int, int, Decimal], ...]:
    return (
        (
            What.COMPLAINTS,
            figures.complaints,
            FEWEST_COMPLAINTS,
            limits.complaints,
        ),
        (What.BOUNCES, figures.bounces, FEWEST_BOUNCES, limits.bounces),
    )
