"""What became of messages, written down in one statement for a handful of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.transports import Outcome
from webapp.messages import leases, moves
from webapp.messages.models import Status
from webapp.messages.outcomes import Decision

_RECORD = text(
    """
    UPDATE message SET
        status = r.status, reason = r.reason, smtp_code = r.code, smtp_reply = r.reply,
        attempts = message.attempts - r.given_back,
        not_before = coalesce(r.not_before, message.not_before),
        leased_by = CASE WHEN r.status = 'claimed' THEN message.leased_by END,
        leased_until = CASE WHEN r.status = 'claimed' THEN CAST(:until AS timestamptz) END,
        finished_at = CASE WHEN r.is_final THEN CAST(:now AS timestamptz) END
    FROM jsonb_to_recordset(CAST(:fates AS jsonb)) AS r(
        id bigint, status text, reason text, code smallint, reply text,
        given_back smallint, not_before timestamptz, is_final boolean
    )
    WHERE message.id = r.id AND message.leased_by = :lease
        AND message.status IN ('sending', 'uncertain')
    """
)


@dataclass(frozen=True)
class Fate:
    """A message, what the server said of it, and what follows."""

    id: int
    decision: Decision
    outcome: Outcome | None = None

    @property
    def not_before(self) -> datetime | None:
        """When it may be tried again."""
        return clock.now() + self.decision.wait if self.decision.wait else None


def record(fates: Sequence[Fate], lease: str) -> None:
    """Write what is known; a row that this lease does not hold stays as it is."""
    if not fates:
        return
    for fate in fates:
        moves.check(Status.SENDING, fate.decision.status)
    # One text for all of them: an array of each column takes five times as long to write.
    db.session.execute(
        _RECORD,
        {
            "lease": lease,
            "now": clock.now(),
            "until": clock.now() + leases.duration(),
            "fates": json.dumps([_row(fate) for fate in fates]),
        },
    )


def _row(fate: Fate) -> dict[str, Any]:
    decision, said = fate.decision, fate.outcome
    not_before = fate.not_before
    return {
        "id": fate.id,
        "status": decision.status,
        "reason": decision.reason,
        "code": (said.code or None) if said else None,
        # PostgreSQL holds no NUL; `presentable` leaves none.
        "reply": said.text if said else "",
        "given_back": 0 if decision.burned else 1,
        "not_before": not_before.isoformat() if not_before else None,
        "is_final": decision.status in moves.FINAL,
    }
