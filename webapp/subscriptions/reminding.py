"""Remind, once, of a sign-up that waits to be confirmed."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from webapp.consent.models import ConsentState, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.models import Suppression
from webapp.subscriptions import confirming, parents
from webapp.subscriptions.models import Confirmation, MailingList

# So many in one go; the next go comes soon.
BATCH = 500
# An address entered on many lists is not reminded of all of them at once.
PER_ADDRESS = timedelta(days=1)


def remind_unconfirmed() -> int:
    """Send the reminders that are due, and say how many; nobody gets two for the same list."""
    reminded: set[bytes] = set()
    for confirmation in db.session.scalars(_due()):
        if confirmation.address_hash in reminded:
            continue
        reminded.add(confirmation.address_hash)
        confirmation.reminded_at = clock.now()
        contact = db.session.get_one(Contact, confirmation.contact_id)
        confirming.write("confirmation_reminder", confirmation, contact)
    return len(reminded)


def _due() -> Select[Confirmation]:
    now = clock.now()
    days = func.make_interval(0, 0, 0, MailingList.reminder_days)
    return (
        select(Confirmation)
        .join(MailingList, MailingList.id == Confirmation.mailing_list_id)
        .where(
            MailingList.reminder_days > 0,
            MailingList.archived_at.is_(None),
            Confirmation.confirmed_at.is_(None),
            Confirmation.expires_at > now,
            Confirmation.requested_at + days <= now,
            *_nothing_newer(),
            # Who said no once, or is never to be written to, asked for one mail, not two.
            exists().where(
                ConsentState.contact_id == Confirmation.contact_id,
                ConsentState.purpose_id == MailingList.purpose_id,
                ConsentState.state == State.PENDING,
            ),
            ~exists().where(Suppression.contact_id == Confirmation.contact_id),
            # A child who confirmed waits for a parent, whom nobody presses.
            ~parents.asked_about(Confirmation.id),
        )
        .order_by(Confirmation.id)
        .limit(BATCH)
        .with_for_update(of=Confirmation, skip_locked=True)
    )


def _nothing_newer() -> list[ColumnElement[bool]]:
    """Neither another request for the same list that counts instead, nor a reminder of late."""
    other = aliased(Confirmation)
    same = and_(
        other.mailing_list_id == Confirmation.mailing_list_id,
        other.contact_id == Confirmation.contact_id,
        or_(
            other.reminded_at.is_not(None),
            other.confirmed_at.is_not(None),
            other.requested_at > Confirmation.requested_at,
        ),
    )
    lately = and_(
        other.address_hash == Confirmation.address_hash,
        other.reminded_at > clock.now() - PER_ADDRESS,
    )
    return [~exists().where(same), ~exists().where(lately)]
