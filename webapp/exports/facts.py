"""All that a file may say of some people, read for a few thousand of them at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from webapp.consent.models import ConsentState
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.deliverability.models import Suppression
from webapp.purchases.models import ContactStats

_CONTACT, _STATS = Contact.__table__, ContactStats.__table__


@dataclass
class Facts:
    """What is known of one person: their row, and what stands beside it."""

    contact: Any
    # By the number of the purpose.
    places: dict[int, Any] = field(default_factory=dict)
    stats: Any = None
    suppressed: str = ""


def of(numbers: Sequence[int]) -> list[Facts]:
    """The people with these numbers who are still there and whose data may be used, in order."""
    contacts = db.session.execute(
        select(_CONTACT)
        .where(_is_one(_CONTACT.c.id, numbers), _CONTACT.c.restricted_at.is_(None))
        .order_by(_CONTACT.c.id)
    ).all()
    places, stats, suppressed = _places(numbers), _stats(numbers), _suppressed(numbers)
    return [
        Facts(
            contact,
            places.get(contact.id, {}),
            stats.get(contact.id),
            suppressed.get(contact.id, ""),
        )
        for contact in contacts
    ]


def _places(numbers: Sequence[int]) -> dict[int, dict[int, Any]]:
    found: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in db.session.execute(
        select(
            ConsentState.contact_id,
            ConsentState.purpose_id,
            ConsentState.state,
            ConsentState.since,
            ConsentState.basis,
        ).where(_is_one(ConsentState.contact_id, numbers))
    ):
        found[row.contact_id][row.purpose_id] = row
    return found


def _stats(numbers: Sequence[int]) -> dict[int, Any]:
    rows = db.session.execute(
        select(_STATS).where(_is_one(_STATS.c.contact_id, numbers))
    )
    return {row.contact_id: row for row in rows}


def _suppressed(numbers: Sequence[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Suppression.contact_id, Suppression.reason).where(
            _is_one(Suppression.contact_id, numbers)
        )
    )
    return {row.contact_id: row.reason for row in rows}


def _is_one(column: Any, numbers: Sequence[int]) -> ColumnElement[bool]:
    """One parameter for all of them: thousands would have to be read as SQL."""
    asked: ColumnElement[bool] = column == any_(literal(numbers, ARRAY(BigInteger)))
    return asked
