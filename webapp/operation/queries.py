"""The figures an operator watches."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text

from config.settings import ROOT
from webapp.campaigns import claiming
from webapp.campaigns.models import Campaign
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message, Status


@dataclass(frozen=True)
class Backlog:
    """What waits to be sent."""

    messages: int
    oldest_due: datetime | None

    @property
    def oldest_seconds(self) -> float:
        """For how many seconds the oldest due message has been waiting."""
        if self.oldest_due is None:
            return 0.0
        return max(0.0, (clock.now() - self.oldest_due).total_seconds())


def database_is_current() -> bool:
    """Whether the database answers and has every migration of this version."""
    # Here, since every worker imports the site map and Alembic announces its plugins at length.
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(ROOT / "migrations"))
    context = MigrationContext.configure(db.session.connection())
    return context.get_current_revision() == scripts.get_current_head()


def backlog() -> Backlog:
    """The messages that are due and not in anybody's hands: read along the partial index."""
    row = db.session.execute(
        select(func.count(), func.min(Message.not_before)).where(
            Message.status.in_([Status.PENDING, Status.DEFERRED]),
            Message.not_before <= clock.now(),
        )
    ).one()
    return Backlog(messages=row[0], oldest_due=row[1])


def in_hand() -> int:
    """The messages a worker holds at this moment."""
    leased = Message.status == Status.SENDING
    mails = db.session.scalar(select(func.count()).where(leased)) or 0
    return mails + claiming.in_flight()


def campaigns_by_status() -> dict[str, int]:
    """How many campaigns of the whole installation stand where."""
    rows = db.session.execute(
        select(Campaign.status, func.count()).group_by(Campaign.status)
    )
    return {status: count for status, count in rows}  # noqa: C416 - rows are no pairs to mypy


def campaigns_in_trouble() -> int:
    """The campaigns that wait for something, such as a mail server that does not answer."""
    return db.session.scalar(select(func.count()).where(Campaign.trouble != "")) or 0


def queued_jobs() -> int:
    """The wake-ups that wait in PostgreSQL's queue; none where another broker carries them."""
    waiting = text("SELECT count(*) FROM dramatiq.queue WHERE state = 'queued'")
    return int(db.session.scalar(waiting) or 0)
