"""How far a campaign has come, counted from its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from webapp.campaigns.models import Campaign
from webapp.core import clock
from webapp.core.db import db
from webapp.messages import moves
from webapp.messages.models import Message, Status


@dataclass(frozen=True)
class Progress:
    """How many messages stand where; those skipped and those given up by reason."""

    by_status: Mapping[Status, int]
    skipped: Mapping[str, int]
    given_up: Mapping[str, int]
    # Where it is not the hour yet, and when the last of them leave.
    later: int = 0
    last_at: datetime | None = None

    @property
    def total(self) -> int:
        """Everybody in the frozen audience."""
        return sum(self.by_status.values())

    @property
    def sent(self) -> int:
        """Taken charge of by the mail server."""
        return self.by_status.get(Status.SENT, 0)

    @property
    def waiting(self) -> int:
        """Still to come, those that are tried again later included."""
        return sum(
            count
            for status, count in self.by_status.items()
            if status not in moves.FINAL
        )

    @property
    def deferred(self) -> int:
        """Put off by the receiving server, tried again later."""
        return self.by_status.get(Status.DEFERRED, 0)

    @property
    def bounced(self) -> int:
        """Refused for good."""
        return self.by_status.get(Status.BOUNCED, 0)

    @property
    def failed(self) -> int:
        """Given up, or impossible to write."""
        return self.by_status.get(Status.FAILED, 0)

    @property
    def uncertain(self) -> int:
        """Nobody knows whether they arrived: never sent again unless a person says so."""
        return self.by_status.get(Status.UNCERTAIN, 0)

    @property
    def done(self) -> int:
        """Where nothing more will happen by itself."""
        return self.total - self.waiting


def progress(campaign: Campaign) -> Progress:
    """Count the campaign's messages once, by state."""
    rows = db.session.execute(
        select(Message.status, Message.reason, func.count())
        .where(Message.campaign_id == campaign.id)
        .group_by(Message.status, Message.reason)
    )
    by_status: dict[Status, int] = {}
    skipped: dict[str, int] = {}
    given_up: dict[str, int] = {}
    for status, reason, count in rows:
        by_status[Status(status)] = by_status.get(Status(status), 0) + count
        if status == Status.SKIPPED:
            skipped[reason] = skipped.get(reason, 0) + count
        if status == Status.FAILED:
            given_up[reason] = given_up.get(reason, 0) + count
    return Progress(by_status, skipped, given_up, *_later(campaign))


def _later(campaign: Campaign) -> tuple[int, datetime | None]:
    if not campaign.in_readers_zone:
        return 0, None
    waiting = select(func.count(), func.max(Message.not_before)).where(
        Message.campaign_id == campaign.id,
        Message.status == Status.PENDING,
        Message.not_before > clock.now(),
    )
    count, last_at = db.session.execute(waiting).one()
    return count, last_at
