"""What became of messages, written down in one statement for a handful of them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text

from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.transports import Outcome
from webapp.messages import moves
from webapp.messages.models import Status
from webapp.messages.outcomes import Decision

# A message that was taken from this deliverer is uncertain: what it knows counts all the same.
_RECORD = text(
    """
    UPDATE message SET
        status = r.status, reason = coalesce(r.reason, ''),
        smtp_code = r.code, smtp_reply = coalesce(r.reply, ''),
        attempts = message.attempts + r.burned,
        tracks_opens = coalesce(r.opens, false), tracks_clicks = coalesce(r.clicks, false),
        dated_at = coalesce(message.dated_at, r.dated_at),
        not_before = coalesce(r.not_before, message.not_before),
        mail_server_id = :server,
        finished_at = CASE WHEN r.is_final THEN CAST(:now AS timestamptz) END
    FROM jsonb_to_recordset(CAST(:fates AS jsonb)) AS r(
        id bigint, status text, reason text, code smallint, reply text, burned smallint,
        opens boolean, clicks boolean, dated_at timestamptz, not_before timestamptz,
        is_final boolean
    )
    WHERE message.id = r.id AND (
        message.status = 'uncertain'
        OR (message.status IN ('pending', 'deferred') AND message.id = ANY (
            SELECT unnest(in_flight) FROM deliverer WHERE lease = :lease))
    )
    """
)


class Fate(NamedTuple):
    """A message, what the server said of it, and what follows."""

    id: int
    decision: Decision
    outcome: Outcome | None = None
    dated_at: datetime | None = None
    opens: bool = False
    clicks: bool = False

    @property
    def not_before(self) -> datetime | None:
        """When it may be tried again."""
        return clock.now() + self.decision.wait if self.decision.wait else None


def record(fates: Sequence[Fate], lease: str, mail_server_id: int | None) -> None:
    """Write what is known of what this lease has in flight, or had taken from it."""
    if not fates:
        return
    for fate in fates:
        before = Status.SENDING if fate.outcome else Status.PENDING
        moves.check(before, fate.decision.status)
    # One text for all of them: an array of each column takes five times as long to write.
    db.session.execute(
        _RECORD,
        {
            "lease": lease,
            "server": mail_server_id,
            "now": clock.now(),
            "fates": json.dumps([_row(fate) for fate in fates]),
        },
    )


def _row(fate: Fate) -> dict[str, Any]:
    """What differs from nothing: the rest is NULL."""
    decision, said = fate.decision, fate.outcome
    row: dict[str, Any] = {
        "id": fate.id,
        "status": decision.status,
        "burned": 1 if decision.burned and said else 0,
        "is_final": decision.status in moves.FINAL,
    }
    if fate.opens:
        row["opens"] = True
    if fate.clicks:
        row["clicks"] = True
    if fate.dated_at:
        row["dated_at"] = fate.dated_at.isoformat()
    if said:
        # PostgreSQL holds no NUL; `presentable` leaves none.
        row["code"], row["reply"] = said.code or None, said.text
    if decision.reason:
        row["reason"] = decision.reason
    if fate.not_before:
        row["not_before"] = fate.not_before.isoformat()
    return row
