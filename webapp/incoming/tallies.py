"""Figures of what came in and left no other trace, by day."""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from webapp.core import clock
from webapp.core.db import db
from webapp.incoming.models import IncomingTally

KEPT = timedelta(days=90)


class What(StrEnum):
    """What is counted."""

    FORGED = "forged"
    """A return path that we did not sign, or a message that is not of the workspace."""
    AUTO_REPLY = "auto_reply"
    UNKNOWN = "unknown"


def add(what: What, number: int = 1) -> None:
    """Count."""
    new = insert(IncomingTally).values(day=clock.now().date(), what=what, number=number)
    db.session.execute(
        new.on_conflict_do_update(
            index_elements=["day", "what"],
            set_={"number": IncomingTally.number + new.excluded.number},
        )
    )


def since(days: int) -> dict[What, int]:
    """How many of each in the last so many days."""
    rows = db.session.execute(
        select(IncomingTally.what, func.sum(IncomingTally.number))
        .where(IncomingTally.day > clock.ago(days=days).date())
        .group_by(IncomingTally.what)
    )
    counted = {row[0]: int(row[1]) for row in rows}
    return {what: counted.get(what, 0) for what in What}


def forget() -> None:
    """Remove the figures of long ago."""
    db.session.execute(
        delete(IncomingTally).where(IncomingTally.day < (clock.now() - KEPT).date())
    )
