"""One post of a mail service: refused, or kept for good before it is answered."""

import hashlib
import logging
from datetime import timedelta
from enum import IntEnum

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from webapp.core import clock
from webapp.core.db import db, make_durable, transaction
from webapp.core.encryption import SecretIsUnreadable
from webapp.incoming import jobs, storing
from webapp.incoming.models import WebhookAddress, WebhookWord
from webapp.incoming.webhooks import addresses
from webapp.incoming.webhooks.kinds import Known
from webapp.incoming.webhooks.posted import NotReadable, NotTheirs, Once, Posted
from webapp.incoming.webhooks.services import SERVICES

log = logging.getLogger(__name__)

# SNS carries 256 KB, SendGrid bundles of less than 1 MB; in bytes.
LARGEST = 1024 * 1024
# A row that is written at each event would have all of them wait for one another.
NOTED_EVERY = timedelta(minutes=1)
# The services that ask to be confirmed wait for three days.
CONFIRMED_WITHIN = timedelta(days=3)


class Answer(IntEnum):
    """What the service is told, as an HTTP status; it posts again what was not taken."""

    TAKEN = 200
    UNREADABLE = 400
    REFUSED = 403
    UNKNOWN = 404


def receive(kind: str, token: str, posted: Posted) -> Answer:
    """Keep what a service posted, once, if it is theirs; nobody has read it yet."""
    address = addresses.by_token(kind, token) if kind in SERVICES else None
    if address is None:
        return Answer.UNKNOWN
    number = address.id
    try:
        _take(address, posted)
    except (NotTheirs, SecretIsUnreadable):
        return _refused(number, Answer.REFUSED)
    except NotReadable:
        return _refused(number, Answer.UNREADABLE)
    return Answer.TAKEN


def _take(address: WebhookAddress, posted: Posted) -> None:
    service = SERVICES[address.kind]
    known = service.verify(posted, addresses.proof(address))
    events = service.events(posted.raw)
    make_durable()
    if known.once:
        _remember(address, known.once)
    _note(address, known)
    for event in events:
        storing.store(service.source, event.mark, event.raw, address.workspace_id)


def _remember(address: WebhookAddress, once: Once) -> None:
    """Keep the word with its event.

    :raises NotTheirs: when the word came with another one before.
    """
    word, event = _hash(once.word.encode("utf-8", "replace")), _hash(once.body)
    db.session.execute(
        insert(WebhookWord)
        .values(
            address_id=address.id,
            word_hash=word,
            event_hash=event,
            seen_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )
    kept = db.session.scalar(
        select(WebhookWord.event_hash).where(
            WebhookWord.address_id == address.id, WebhookWord.word_hash == word
        )
    )
    if kept != event:
        raise NotTheirs("a word that came with another event")


def _note(address: WebhookAddress, known: Known) -> None:
    now = clock.now()
    if address.last_event_at is None or now - address.last_event_at > NOTED_EVERY:
        address.last_event_at = now
    if known.topic and not address.topic:
        address.topic = known.topic
    if known.confirm_url:
        address.confirm_url = known.confirm_url
        address.confirm_until = now + CONFIRMED_WITHIN
        jobs.confirm_topics.enqueue()


def _refused(number: int, answer: Answer) -> Answer:
    """Count it, and nothing more: neither what was posted nor who posted it is kept."""
    db.session.rollback()
    with transaction():
        db.session.execute(
            update(WebhookAddress)
            .where(WebhookAddress.id == number)
            .values(refused=WebhookAddress.refused + 1, last_refused_at=clock.now())
        )
    log.warning("Webhook address %d: a post was refused (%d)", number, answer)
    return answer


def _hash(told: bytes) -> bytes:
    return hashlib.sha256(told).digest()
