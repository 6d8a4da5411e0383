"""The contacts behind a figure: those of a stage, of a group, of a cell of the grid."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from webapp.accounts.models import Workspace
from webapp.consent import gate
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.i18n import _
from webapp.core.pages import PAGE_SIZE
from webapp.core.spreadsheets import as_csv
from webapp.purchases import words
from webapp.purchases.groups import BY_KEY, CustomerGroup
from webapp.purchases.models import ContactStats, Stage

ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Chosen:
    """Whom to show: in one stage, in one group, or with these scores; everybody who bought if nothing."""

    stage: Stage | None = None
    group: CustomerGroup | None = None
    r: int | None = None
    f: int | None = None

    @classmethod
    def of(cls, asked: dict[str, str]) -> "Chosen":
        """As an address says it; what it says wrongly is left out."""
        stage, group = asked.get("stage"), asked.get("group")
        return cls(
            stage=Stage(stage) if stage in set(Stage) else None,
            group=BY_KEY.get(group or ""),
            r=_score(asked.get("r")),
            f=_score(asked.get("f")),
        )

    @property
    def arguments(self) -> dict[str, Any]:
        """The same, for an address."""
        told = {
            "stage": self.stage and self.stage.value,
            "group": self.group and self.group.key,
            "r": self.r,
            "f": self.f,
        }
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class People:
    """Some of them with their figures, and whom the next ones come after."""

    rows: list[tuple[Contact, ContactStats]]
    older: int | None


def page(workspace: Workspace, chosen: Chosen, *, before: int | None) -> People:
    """A window on them, those known last first."""
    asked = _matching(workspace, chosen).order_by(ContactStats.contact_id.desc())
    if before is not None:
        asked = asked.where(ContactStats.contact_id < before)
    found = db.session.execute(asked.limit(PAGE_SIZE + 1)).all()
    rows = [(row.Contact, row.ContactStats) for row in found[:PAGE_SIZE]]
    return People(rows, rows[-1][0].id if len(found) > PAGE_SIZE else None)


def lines(workspace: Workspace, chosen: Chosen) -> Iterator[str]:
    """All of them as CSV, read little by little; restricted data stays out (GDPR article 18)."""
    asked = _matching(workspace, chosen).order_by(ContactStats.contact_id)
    heading = (
        *(_("E-mail address"), _("First name"), _("Last name"), _("Stage")),
        *(_("Orders"), _("Revenue"), _("First order"), _("Last order"), "R", "F", "M"),
    )
    rows = db.session.execute(asked, execution_options={"yield_per": ROWS_AT_ONCE})
    yield from as_csv([str(one) for one in heading], map(_cells, rows))


def _matching(workspace: Workspace, chosen: Chosen) -> Any:
    stats = ContactStats
    asked = (
        select(Contact, stats)
        .join(Contact, Contact.id == stats.contact_id)
        .where(stats.workspace_id == workspace.id, gate.usable())
    )
    if chosen.stage:
        asked = asked.where(stats.stage == chosen.stage)
    if chosen.group:
        asked = asked.where(chosen.group.condition())
    if chosen.r:
        asked = asked.where(stats.r == chosen.r)
    if chosen.f:
        asked = asked.where(stats.f == chosen.f)
    return asked if chosen.arguments else asked.where(stats.orders > 0)


def _cells(row: Row[Any]) -> tuple[str, ...]:
    contact, stats = row.Contact, row.ContactStats
    days = (stats.first_order_at, stats.last_order_at)
    scores = (stats.r, stats.f, stats.m)
    return (
        *(contact.email, contact.first_name, contact.last_name),
        *(str(words.STAGES[stats.stage]), str(stats.orders), str(stats.revenue)),
        *(f"{day:%Y-%m-%d}" if day else "" for day in days),
        *("" if score is None else str(score) for score in scores),
    )


def _score(text: str | None) -> int | None:
    return int(text) if text in {"1", "2", "3", "4", "5"} else None
