"""A few people of the demo shop want fewer messages, or none for a while."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from webapp.contacts.models import Contact, Frequency
from webapp.core.db import db
from webapp.demo.furnishing import Shop
from webapp.demo.stories import Life
from webapp.messages.models import Message

# One of so many people.
PAUSING, WEEKLY, MONTHLY = 89, 43, 71
SHORTEST, LONGEST = 10, 120


def tell(shop: Shop, lives: Sequence[Life], now: datetime) -> None:
    """Note what they chose on their own page; who wants fewer had the last campaign they got."""
    db.session.execute(update(Contact), list(_chosen(lives, now)))
    had = (
        select(func.max(Message.dated_at))
        .where(Message.contact_id == Contact.id, Message.campaign_id.is_not(None))
        .scalar_subquery()
    )
    db.session.execute(
        update(Contact)
        .where(
            Contact.workspace_id == shop.workspace.id,
            Contact.frequency != Frequency.ALL,
        )
        .values(last_campaign_at=had)
        .execution_options(synchronize_session=False)
    )


def _chosen(lives: Sequence[Life], now: datetime) -> Iterator[dict[str, Any]]:
    for place, life in enumerate(lives, 1):
        until, frequency = None, Frequency.ALL
        if place % PAUSING == 0:
            days = SHORTEST + place % (LONGEST - SHORTEST)
            until = (now + timedelta(days=days)).date()
        if place % MONTHLY == 0:
            frequency = Frequency.MONTHLY
        elif place % WEEKLY == 0:
            frequency = Frequency.WEEKLY
        if until or frequency is not Frequency.ALL:
            yield {
                "id": life.contact_id,
                "paused_until": until,
                "frequency": frequency,
            }
