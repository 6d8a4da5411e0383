"""What became of messages, written down in one statement for a handful of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
    FROM unnest(
        CAST(:ids AS bigint[]), CAST(:statuses AS text[]), CAST(:reasons AS text[]),
        CAST(:codes AS smallint[]), CAST(:replies AS text[]),
        CAST(:given_back AS smallint[]), CAST(:not_before AS timestamptz[]),
        CAST(:final AS boolean[])
    ) AS r(id, status, reason, code, reply, given_back, not_before, is_final)
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
    said = [fate.outcome for fate in fates]
    db.session.execute(
        _RECORD,
        {
            "lease": lease,
            "now": clock.now(),
            "until": clock.now() + leases.duration(),
            "ids": [fate.id for fate in fates],
            "statuses": [str(fate.decision.status) for fate in fates],
            "reasons": [fate.decision.reason for fate in fates],
            "codes": [(one.code or None) if one else None for one in said],
            "replies": [one.text if one else "" for one in said],
            "given_back": [0 if fate.decision.burned else 1 for fate in fates],
            "not_before": [fate.not_before for fate in fates],
            "final": [fate.decision.status in moves.FINAL for fate in fates],
        },
    )
