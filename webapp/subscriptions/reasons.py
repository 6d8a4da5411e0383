"""Why people left a list, as far as they said: counted, and silent where a count would point at somebody."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from webapp.consent.models import ConsentEvent, State
from webapp.core import clock
from webapp.core.db import db
from webapp.core.i18n import _l
from webapp.subscriptions.models import MailingList
from webapp.subscriptions.queries import GROWTH_WEEKS

# Below this a count can point at a person, so it is not shown.
LEAST = 10

# What may be answered to "why", as the ledger keeps it.
REASONS = {
    "too_often": _l("There are too many messages"),
    "not_interesting": _l("They do not interest me"),
    "never_asked": _l("I never asked for them"),
    "other": _l("Something else"),
}


@dataclass(frozen=True)
class Why:
    """One reason, and how many gave it; None when fewer than ten did."""

    key: str
    people: int | None

    @property
    def words(self) -> Any:
        """The reason in words."""
        return REASONS[self.key]


def of(mailing_list: MailingList) -> list[Why]:
    """What those who left in the last twelve weeks said, most frequent first; nothing of fewer than ten."""
    reason = ConsentEvent.detail["reason"].astext
    rows = db.session.execute(
        select(reason, func.count(ConsentEvent.contact_id.distinct()))
        .where(
            ConsentEvent.workspace_id == mailing_list.workspace_id,
            ConsentEvent.purpose_id == mailing_list.purpose_id,
            ConsentEvent.state == State.WITHDRAWN,
            ConsentEvent.at >= clock.now() - timedelta(weeks=GROWTH_WEEKS),
            reason.in_(REASONS),
        )
        .group_by(reason)
        .order_by(func.count(ConsentEvent.contact_id.distinct()).desc(), reason)
    )
    counted = {row[0]: int(row[1]) for row in rows}
    if sum(counted.values()) < LEAST:
        return []
    return [
        Why(found, number if number >= LEAST else None)
        for found, number in counted.items()
    ]
