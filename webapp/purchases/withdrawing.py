"""Whoever no longer wants to be measured is in no figure of it any more, at once."""

from sqlalchemy import delete, update

from webapp.consent.events import ConsentRecorded
from webapp.consent.models import PurposeKind, State
from webapp.core.db import db
from webapp.purchases.models import ContactStats, SiteEvent

_EMPTIED = {
    PurposeKind.OPENS: {"opens": None, "last_open_at": None},
    PurposeKind.CLICKS: {
        "clicks": None,
        "last_click_at": None,
        "events": None,
        "last_event_at": None,
    },
}


def forget_when_withdrawn(fact: ConsentRecorded) -> None:
    """Empty the figures about opens, or about clicks and the site, and forget what was done there."""
    said_no = fact.state in {State.WITHDRAWN, State.REFUSED}
    if fact.kind not in _EMPTIED or not said_no:
        return
    db.session.execute(
        update(ContactStats)
        .where(ContactStats.contact_id == fact.contact_id)
        .values(**_EMPTIED[fact.kind])
    )
    if fact.kind is PurposeKind.CLICKS:
        db.session.execute(
            delete(SiteEvent).where(SiteEvent.contact_id == fact.contact_id)
        )
