"""What the customers of a workspace are worth, by score and by stage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from webapp.accounts.models import Workspace
from webapp.contacts import counting
from webapp.contacts.counting import Counted
from webapp.core import clock
from webapp.core.db import db
from webapp.purchases import staging
from webapp.purchases.groups import GROUPS, CustomerGroup
from webapp.purchases.models import ContactStats, Stage, StageChange, StageMonth

SUBJECT = ("customers", 0)
PERIODS = (30, 90, 365)
LEVELS = 6


@dataclass(frozen=True)
class Part:
    """Some contacts, and what they brought."""

    people: int
    revenue: Decimal

    def __add__(self, other: "Part") -> "Part":
        """Both together."""
        return Part(self.people + other.people, self.revenue + other.revenue)


NOBODY = Part(0, Decimal(0))


class Overview:
    """The figures of a workspace as they were counted."""

    def __init__(self, figures: dict[str, Any]) -> None:
        """Read what `count` wrote."""
        self._rows = figures["parts"]
        self._moves = figures["moves"]

    @property
    def customers(self) -> Part:
        """Whoever bought."""
        return self._sum(lambda row: row["orders"] > 0)

    @property
    def orders(self) -> int:
        """Orders that count."""
        return sum(row["orders"] for row in self._rows)

    @property
    def elsewhere(self) -> int:
        """Those of them in another currency, whose amounts are not added."""
        return sum(row["elsewhere"] for row in self._rows)

    @property
    def basket(self) -> Decimal | None:
        """The average order; None without any."""
        counted = self.orders - self.elsewhere
        return self.customers.revenue / counted if counted else None

    @property
    def repeat_rate(self) -> float | None:
        """The share of customers who bought twice or more; None without any."""
        people = self.customers.people
        again = sum(row["people"] for row in self._rows if (row["f"] or 0) > 1)
        return again / people if people else None

    def cell(self, r: int, f: int) -> Part:
        """The customers with these scores."""
        return self._sum(lambda row: (row["r"], row["f"]) == (r, f))

    def level(self, r: int, f: int) -> int:
        """How strong the colour of a cell is: its revenue beside that of the strongest."""
        strongest = max(
            self.cell(one, two).revenue for one in range(1, 6) for two in range(1, 6)
        )
        mine = self.cell(r, f).revenue
        return round(float(mine / strongest) * LEVELS) if strongest > 0 else 0

    def groups(self) -> Iterator[tuple[CustomerGroup, Part]]:
        """The groups of customers, best first, with what they brought."""
        for group in GROUPS:
            yield (
                group,
                self._sum(
                    lambda row, of=group: row["r"] and of.holds(row["r"], row["f"])
                ),
            )

    def stages(self) -> Iterator[tuple[Stage, Part]]:
        """The stages, with who stands in them."""
        for stage in staging.ORDER:
            yield stage, self._sum(lambda row, of=stage: row["stage"] == of)

    def moves(self, days: int) -> dict[tuple[str, str], int]:
        """How many went from one stage to another within so many days."""
        return {
            (move["before"], move["after"]): move[str(days)]
            for move in self._moves
            if move[str(days)]
        }

    def _sum(self, holds: Any) -> Part:
        return sum(
            (
                Part(row["people"], Decimal(row["revenue"]))
                for row in self._rows
                if holds(row)
            ),
            NOBODY,
        )


def counted(workspace: Workspace, *, now: bool) -> Counted | None:
    """The figures, or as they were counted last; `now` counts, however long that takes."""
    return counting.figures(
        workspace, SUBJECT, "stages and scores", lambda: _count(workspace), now=now
    )


def months(workspace: Workspace) -> list[tuple[date, list[int]]]:
    """At the end of each month, how many stood in each stage, oldest first."""
    rows = db.session.execute(
        select(StageMonth.month, StageMonth.stage, StageMonth.people).where(
            StageMonth.workspace_id == workspace.id
        )
    ).all()
    found = {(row.month, row.stage): row.people for row in rows}
    return [
        (month, [found.get((month, stage), 0) for stage in staging.ORDER])
        for month in sorted({row.month for row in rows})
    ]


def _count(workspace: Workspace) -> dict[str, Any]:
    return {"parts": _parts(workspace), "moves": _moves(workspace)}


def _parts(workspace: Workspace) -> Sequence[dict[str, Any]]:
    stats = ContactStats
    rows = db.session.execute(
        select(
            stats.stage,
            stats.r,
            stats.f,
            func.count().label("people"),
            func.sum(stats.revenue).label("revenue"),
            func.sum(stats.orders).label("orders"),
            func.sum(stats.orders_elsewhere).label("elsewhere"),
        )
        .where(stats.workspace_id == workspace.id)
        .group_by(stats.stage, stats.r, stats.f)
    ).mappings()
    return [{**row, "revenue": str(row["revenue"])} for row in rows]


def _moves(workspace: Workspace) -> Sequence[dict[str, Any]]:
    change = StageChange
    since = {str(days): change.at > clock.ago(days=days) for days in PERIODS}
    rows = db.session.execute(
        select(
            change.before,
            change.after,
            *(
                func.count().filter(lately).label(days)
                for days, lately in since.items()
            ),
        )
        .where(
            change.workspace_id == workspace.id,
            change.at > clock.ago(days=max(PERIODS)),
        )
        .group_by(change.before, change.after)
    ).mappings()
    return [dict(row) for row in rows]
