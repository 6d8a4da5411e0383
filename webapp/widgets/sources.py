"""Links to a widget that are told apart: each with a mark of its own, counted without a visitor id."""

import secrets
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert

from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.subscriptions.events import Subscribed
from webapp.widgets.models import Widget, WidgetSource, WidgetSourceDay

# Short, so that a QR code stays coarse; without signs that look like one another.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
MARK_LENGTH = 5
LONGEST_NAME = 60

Count = Literal["shown", "submitted", "confirmed"]


class SourceIsThere(DomainError):
    """A link of this widget has this name already."""

    status = 422
    message = _l("There is already a link with this name.")


@dataclass(frozen=True)
class Figures:
    """How many opened a link, signed up there and confirmed."""

    shown: int = 0
    submitted: int = 0
    confirmed: int = 0

    @property
    def conversion(self) -> float | None:
        """Of those who opened the link, who confirmed; none while nobody opened it."""
        return self.confirmed / self.shown if self.shown else None


def add(widget: Widget, name: str) -> WidgetSource:
    """A link of its own for one place, such as a flyer.

    :raises SourceIsThere: when the widget has a link with this name.
    """
    if any(one.name.casefold() == name.casefold() for one in of(widget)):
        raise SourceIsThere
    source = WidgetSource(widget_id=widget.id, mark=_mark(), name=name)
    db.session.add(source)
    db.session.flush()
    return source


def of(widget: Widget) -> list[WidgetSource]:
    """The links in use, the oldest first."""
    return list(
        db.session.scalars(
            select(WidgetSource)
            .where(
                WidgetSource.widget_id == widget.id, WidgetSource.archived_at.is_(None)
            )
            .order_by(WidgetSource.id)
        )
    )


def with_figures(widget: Widget) -> list[tuple[WidgetSource, Figures]]:
    """The links in use with what they brought since they exist."""
    counted = _sums(WidgetSource.widget_id == widget.id)
    return [(source, counted.get(source.id, Figures())) for source in of(widget)]


def figures(source: WidgetSource) -> Figures:
    """What one link brought since it exists."""
    return _sums(WidgetSourceDay.source_id == source.id).get(source.id, Figures())


def get(widget: Widget, source_id: int) -> WidgetSource:
    """One link of this widget.

    :raises NotFound: also for a link of another widget.
    """
    source = db.session.get(WidgetSource, source_id)
    if source is None or source.widget_id != widget.id or source.archived_at:
        raise NotFound
    return source


def find(widget: Widget, mark: str | None) -> WidgetSource | None:
    """The link with this mark; what a stranger made up is none, and is kept nowhere.

    A link taken off the list is still known: its flyers hang on.
    """
    if not mark or len(mark) > MARK_LENGTH:
        return None
    return db.session.scalar(
        select(WidgetSource).where(
            WidgetSource.widget_id == widget.id, WidgetSource.mark == mark
        )
    )


def address(widget: Widget, source: WidgetSource, base_url: str) -> str:
    """Where the link leads."""
    return f"{base_url}/f/{widget.public_id}?s={source.mark}"


def archive(source: WidgetSource) -> None:
    """Take a link off the list; where it hangs, it goes on working."""
    source.archived_at = clock.now()


def count(source_id: int, what: Count) -> None:
    """Add one to a counter of today; nobody is identified."""
    column = getattr(WidgetSourceDay, what)
    db.session.execute(
        insert(WidgetSourceDay)
        .values(source_id=source_id, day=clock.now().date(), **{what: 1})
        .on_conflict_do_update(
            index_elements=["source_id", "day"], set_={what: column + 1}
        )
    )


def count_confirmed(fact: Subscribed) -> None:
    """Somebody who came by a link is on the list now."""
    if fact.source_id is None:
        return
    # The widget may have been deleted since, with its links.
    if db.session.get(WidgetSource, fact.source_id):
        count(fact.source_id, "confirmed")


def _mark() -> str:
    """One in twenty-eight million: two links of one widget never meet."""
    return "".join(secrets.choice(ALPHABET) for _ in range(MARK_LENGTH))


def _sums(which: ColumnElement[bool]) -> dict[int, Figures]:
    columns = (
        WidgetSourceDay.shown,
        WidgetSourceDay.submitted,
        WidgetSourceDay.confirmed,
    )
    rows = db.session.execute(
        select(WidgetSourceDay.source_id, *(func.sum(column) for column in columns))
        .join(WidgetSource, WidgetSource.id == WidgetSourceDay.source_id)
        .where(which)
        .group_by(WidgetSourceDay.source_id)
    )
    return {row[0]: Figures(*(int(value) for value in row[1:])) for row in rows}
