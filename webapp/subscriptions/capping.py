"""How few sign-up mails one address gets, whoever asks for them and from wherever.

Confirmation mails are a weapon against a mailbox (list bombing).
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select

from webapp.core import addresses, clock
from webapp.core.db import db
from webapp.core.encryption import derived_key
from webapp.subscriptions import address_changes
from webapp.subscriptions.models import Confirmation, MailingList

PER_LIST = timedelta(days=1)
MOST_AN_HOUR = 3
MOST_A_DAY = 10


def mark(email: str) -> bytes:
    """What the mails to an address are counted by, in the whole installation."""
    return addresses.keyed_hash(email, derived_key("confirmation cap"))


def one_at_a_time(address: bytes) -> None:
    """Until the end of the transaction; otherwise two requests would both count none."""
    number = int.from_bytes(address[:8], "big", signed=True)
    db.session.execute(select(func.pg_advisory_xact_lock(number)))


def had_enough(address: bytes, mailing_list: MailingList) -> bool:
    """Whether another sign-up mail would be too many: on this list, or on all together."""
    unanswered_here = (
        Confirmation.mailing_list_id == mailing_list.id,
        Confirmation.confirmed_at.is_(None),
    )
    return _sent(address, PER_LIST, *unanswered_here) >= 1 or had_too_many(address)


def had_too_many(address: bytes) -> bool:
    """Whether this installation has written often enough: sign-ups, and moves to the address."""
    return any(
        _sent(address, since) + address_changes.count_mails_to(address, since) >= most
        for since, most in (
            (timedelta(hours=1), MOST_AN_HOUR),
            (timedelta(days=1), MOST_A_DAY),
        )
    )


def _sent(address: bytes, since: timedelta, *more: ColumnElement[bool]) -> int:
    """Mails in that time: each request is one, and a second copy another."""
    start = clock.now() - since
    rows = db.session.execute(
        select(
            func.count().filter(Confirmation.requested_at > start),
            func.count().filter(Confirmation.sent_again_at > start),
        ).where(
            Confirmation.address_hash == address,
            or_(Confirmation.requested_at > start, Confirmation.sent_again_at > start),
            *more,
        )
    ).one()
    return int(rows[0] + rows[1])
