"""Fetch what came back into the mailboxes of workspaces: kept first, then put away."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select, update

from webapp.core import clock
from webapp.core.db import db, make_durable, transaction
from webapp.core.encryption import SecretIsUnreadable
from webapp.incoming import imap, jobs, mail_reading, mailboxes, storing
from webapp.incoming.imap import Account, CannotRead, Folder, Trouble
from webapp.incoming.models import ReturnMailbox, Source

log = logging.getLogger(__name__)

# What one visit takes; while there is more, the next one comes at once.
MOST = 200
# A visit that takes longer is over: its process died.
LONGEST = timedelta(minutes=10)
# Of a mailbox that was never read, what came in lately.
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class _Visit:
    mailbox_id: int
    workspace_id: int
    account: Account
    validity: int | None
    last: int


def collect_all() -> None:
    """Ask for a visit to every mailbox."""
    for mailbox_id in db.session.scalars(
        select(ReturnMailbox.id).where(ReturnMailbox.is_active)
    ):
        jobs.collect.enqueue(mailbox_id=mailbox_id)


def collect(mailbox_id: int) -> None:
    """Take what is new in a mailbox; one visit at a time."""
    try:
        with transaction():
            visit = _begin(mailbox_id)
    except SecretIsUnreadable:
        _end(mailbox_id, Trouble.KEY)
        return
    if visit is None:
        return
    try:
        with imap.opened(visit.account) as folder:
            has_more = _take(folder, visit)
    except CannotRead as error:
        _end(mailbox_id, error.trouble)
        return
    _end(mailbox_id)
    if has_more:
        with transaction():
            jobs.collect.enqueue(mailbox_id=mailbox_id)


def _begin(mailbox_id: int) -> _Visit | None:
    now = clock.now()
    free = or_(ReturnMailbox.fetched_until.is_(None), ReturnMailbox.fetched_until < now)
    mailbox = db.session.scalar(
        update(ReturnMailbox)
        .where(ReturnMailbox.id == mailbox_id, ReturnMailbox.is_active, free)
        .values(fetched_until=now + LONGEST)
        .returning(ReturnMailbox)
    )
    if mailbox is None:
        return None
    return _Visit(
        mailbox.id,
        mailbox.workspace_id,
        mailboxes.account(mailbox),
        mailbox.uid_validity,
        mailbox.last_uid,
    )


def _take(folder: Folder, visit: _Visit) -> bool:
    """Keep the reports among the new messages; letters stay where they are, unseen."""
    last = visit.last if folder.validity == visit.validity else 0
    new = folder.numbers(last, since=None if last else clock.now() - LATELY)
    for number in new[:MOST]:
        raw = folder.read(number)
        is_ours = _is_ours(raw)
        with transaction():
            make_durable()
            _keep(visit, folder.validity, number, raw if is_ours else None)
        if is_ours:
            folder.put_away([number])
    return len(new) > MOST


def _is_ours(raw: bytes) -> bool:
    try:
        return mail_reading.concerns_us(raw)
    except Exception as error:  # noqa: BLE001 - one mail keeps none from being read
        log.warning("A mail could not be read: %s", type(error).__name__)
        return False


def _keep(visit: _Visit, validity: int, number: int, raw: bytes | None) -> None:
    """The mail and how far we have come, together or not at all."""
    is_new = raw is not None and storing.store(
        Source.IMAP, hashlib.sha256(raw).digest(), raw, visit.workspace_id
    )
    db.session.execute(
        update(ReturnMailbox)
        .where(ReturnMailbox.id == visit.mailbox_id)
        .values(
            uid_validity=validity,
            last_uid=number,
            taken=ReturnMailbox.taken + (1 if is_new else 0),
        )
    )


def _end(mailbox_id: int, trouble: Trouble | None = None) -> None:
    with transaction():
        mailbox = db.session.get(ReturnMailbox, mailbox_id)
        if mailbox is None:
            return
        mailbox.fetched_until = None
        if trouble is None:
            mailbox.fetched_at, mailbox.trouble_since = clock.now(), None
        elif not mailbox.trouble:
            mailbox.trouble_since = clock.now()
        mailbox.trouble = trouble or ""
