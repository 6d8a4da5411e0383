"""How long what came back is kept: the mail itself for a month, that it came for half a year."""

from datetime import timedelta

from sqlalchemy import delete, update

from webapp.core import clock
from webapp.core.db import db
from webapp.incoming import tallies
from webapp.incoming.models import InboundEvent

# To understand what followed from it, and to read again what was not understood.
RAW = timedelta(days=30)
# A copy that comes later than this is somebody's mistake, and finds what it says known.
KEPT = timedelta(days=180)


def purge() -> None:
    """Empty what is a month old and forget what is half a year old."""
    old = InboundEvent.received_at < clock.now() - RAW
    db.session.execute(
        update(InboundEvent)
        .where(old, InboundEvent.raw != b"")
        .values(raw=b"")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        delete(InboundEvent)
        .where(InboundEvent.received_at < clock.now() - KEPT)
        .execution_options(synchronize_session=False)
    )
    tallies.forget()
