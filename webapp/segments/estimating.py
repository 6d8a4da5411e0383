"""About how many people match, from two in a hundred who are always the same ones."""

from dataclasses import dataclass
from math import ceil, sqrt

from sqlalchemy import ColumnElement, Select, func, literal_column, select

from webapp.accounts.models import Workspace
from webapp.contacts import counting
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.segments import compiling, timing
from webapp.segments.catalogue import Catalogue
from webapp.segments.rules import Group

# One in so many is asked.
EVERY = 50
# Of a hundred such spans, ninety-five hold the true number (the normal distribution's 1.96).
SPREAD = 1.96
# When none of those asked matches, so many of them might have, ninety-five times in a hundred.
UNSEEN = 3
MOST_SECONDS = 2
# Spelled as the index spells it.
SAMPLED: ColumnElement[bool] = literal_column(
    f"hashint8extended(contact.id, 0) % {EVERY} = 0"
)


@dataclass(frozen=True)
class Estimate:
    """About how many people match, and between which numbers they are, 95 times in a hundred."""

    people: int
    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        """Whether everybody was asked."""
        return self.low == self.high

    @property
    def error(self) -> float:
        """How far the truth may be from it, as a part of it."""
        return (self.high - self.low) / 2 / self.people if self.people else 0.0


def estimate(workspace: Workspace, root: Group, known: Catalogue) -> Estimate | None:
    """How many people match now: exactly where they are few; None where even this takes too long."""
    if not counting.are_many(workspace):
        people = _count(compiling.members(workspace, root, known))
        return Estimate(people, people, people)
    matching = compiling.members(workspace, root, known, few=True).where(SAMPLED)
    everybody = select(Contact.id).where(Contact.workspace_id == workspace.id)
    try:
        with timing.limited(seconds=MOST_SECONDS):
            return _of(
                found=_count(matching),
                asked=_count(everybody.where(SAMPLED)),
                everybody=_count(everybody),
            )
    except timing.TakesTooLong:
        return None


def _count(people: Select[int]) -> int:
    counted = select(func.count()).select_from(people.subquery())
    return db.session.scalar(counted) or 0


def _of(*, found: int, asked: int, everybody: int) -> Estimate:
    """What so many of the sample say of everybody."""
    if not asked or everybody <= asked:
        return Estimate(found, found, everybody)
    if not found:
        return Estimate(0, 0, ceil(UNSEEN / asked * everybody))
    share = found / asked
    # Whoever was asked answered for certain: doubt is about the others alone.
    doubt = SPREAD * sqrt(share * (1 - share) / asked * (1 - asked / everybody))
    low, people, high = (
        round((share + side * doubt) * everybody) for side in (-1, 0, 1)
    )
    return Estimate(people, max(found, low), min(high, everybody))
