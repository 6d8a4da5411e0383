"""Say yes to the topics that ask whether they may post to us."""

import logging

from sqlalchemy import select

from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.incoming.models import WebhookAddress
from webapp.incoming.webhooks import fetching
from webapp.incoming.webhooks.fetching import CannotBeFetched
from webapp.incoming.webhooks.kinds.scaleway import SCALEWAY_TOPICS
from webapp.incoming.webhooks.kinds.ses import AMAZON

log = logging.getLogger(__name__)

AUTHORITIES = {"ses": AMAZON, "scaleway": SCALEWAY_TOPICS}


def confirm_topics() -> None:
    """Visit the address each waiting topic gave, on its own service's host alone.

    What does not answer is asked again by the timetable, until the topic waits no more.
    """
    with transaction():
        waiting = db.session.execute(
            select(
                WebhookAddress.id,
                WebhookAddress.kind,
                WebhookAddress.confirm_url,
                WebhookAddress.confirm_until,
            ).where(WebhookAddress.confirm_url != "")
        ).all()
    for number, kind, url, until in waiting:
        if _is_settled(kind, url) or until is None or until < clock.now():
            with transaction():
                _forget(number, url)


def _is_settled(kind: str, url: str) -> bool:
    """Whether the service heard our yes, or is not the one to hear it."""
    if not AUTHORITIES[kind].subscribing.fullmatch(url):
        return True
    try:
        fetching.get(url)
    except CannotBeFetched as reason:
        log.warning("A topic could not be confirmed: %s", reason)
        return False
    return True


def _forget(number: int, url: str) -> None:
    address = db.session.get(WebhookAddress, number)
    # Meanwhile it may have asked again, with another address.
    if address and address.confirm_url == url:
        address.confirm_url, address.confirm_until = "", None
