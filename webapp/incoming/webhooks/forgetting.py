"""Forget the words of signatures that are too old to be heard again."""

from sqlalchemy import delete

from webapp.core import clock
from webapp.core.db import db
from webapp.incoming.models import WebhookWord
from webapp.incoming.webhooks.posted import AHEAD, OLDEST


def forget_words() -> None:
    """A word is refused by its age from now on."""
    db.session.execute(
        delete(WebhookWord).where(WebhookWord.seen_at < clock.now() - OLDEST - AHEAD)
    )
