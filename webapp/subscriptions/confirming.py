"""Double opt-in: one mail, one page, one button, and then it is consent."""

import base64
import hashlib
import hmac
from dataclasses import asdict
from datetime import UTC, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select, update

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core import addresses, clock, installation, tokens
from webapp.core.db import db
from webapp.core.encryption import derived_key
from webapp.deliverability import suppression
from webapp.messages import posting
from webapp.messages.models import Kind
from webapp.subscriptions import agreeing
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import Confirmation, MailingList

VALID = timedelta(days=7)
# Confirmation mails are a weapon against a mailbox (list bombing): whoever sends the
# requests, from wherever, one address gets few.
PER_LIST = timedelta(days=1)
MOST_AN_HOUR = 3
MOST_A_DAY = 10


class Standing(StrEnum):
    """What can still be done with a confirmation."""

    OPEN = "open"
    DONE = "done"
    EXPIRED = "expired"


def send(
    mailing_list: MailingList,
    contact: Contact,
    asked: Asked,
    *,
    widget_version_id: int | None,
    locale: str,
) -> None:
    """Mail the person a link to confirm with, unless this address got enough of them lately."""
    mark = addresses.keyed_hash(contact.email, derived_key("confirmation cap"))
    _one_at_a_time(mark)
    if _had_enough(mark, mailing_list):
        return
    now = clock.now()
    confirmation = Confirmation(
        workspace_id=mailing_list.workspace_id,
        mailing_list_id=mailing_list.id,
        contact_id=contact.id,
        address_hash=mark,
        asked=asdict(asked),
        widget_version_id=widget_version_id,
        locale=locale,
        requested_at=now,
        expires_at=now + VALID,
    )
    confirmation.token_hash = tokens.fingerprint(_token(confirmation))
    db.session.add(confirmation)
    write("confirmation", confirmation, contact)


def write(template: str, confirmation: Confirmation, contact: Contact) -> None:
    """Mail the link in the words of one of our templates; nothing the person typed is in it."""
    mailing_list = db.session.get_one(MailingList, confirmation.mailing_list_id)
    posting.post(
        template,
        to=contact,
        workspace=db.session.get_one(Workspace, confirmation.workspace_id),
        locale=confirmation.locale,
        kind=Kind.CONFIRMATION,
        content={
            "url": installation.address(f"/y/{_token(confirmation)}"),
            "list_name": mailing_list.name,
            "days": max(1, (confirmation.expires_at - clock.now()).days),
        },
    )


def find(token: str) -> Confirmation | None:
    """The confirmation this link is about."""
    return db.session.scalar(
        select(Confirmation).where(Confirmation.token_hash == tokens.fingerprint(token))
    )


def standing(confirmation: Confirmation) -> Standing:
    """What can still be done with it, now."""
    if confirmation.confirmed_at:
        return Standing.DONE
    if confirmation.expires_at <= clock.now():
        return Standing.EXPIRED
    return Standing.OPEN


def confirm(token: str) -> Standing | None:
    """The person pressed the button: what was ticked becomes consent, once.

    Says where the confirmation stood before; None for a link we do not know.
    """
    confirmation = db.session.scalar(
        select(Confirmation)
        .where(Confirmation.token_hash == tokens.fingerprint(token))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if confirmation is None:
        return None
    before = standing(confirmation)
    if before is Standing.OPEN:
        _agree(confirmation)
    return before


def send_again(confirmation: Confirmation) -> None:
    """A new link for a sign-up whose own came too late; the same limits apply."""
    if confirmation.mailing_list.archived_at:
        return
    send(
        confirmation.mailing_list,
        db.session.get_one(Contact, confirmation.contact_id),
        Asked(**confirmation.asked),
        widget_version_id=confirmation.widget_version_id,
        locale=confirmation.locale,
    )


def expire(contact: Contact, mailing_list: MailingList | None = None) -> None:
    """Make open links of this person useless: they have just left, one list or all."""
    statement = update(Confirmation).where(
        Confirmation.contact_id == contact.id,
        Confirmation.confirmed_at.is_(None),
        Confirmation.expires_at > clock.now(),
    )
    if mailing_list is not None:
        statement = statement.where(Confirmation.mailing_list_id == mailing_list.id)
    db.session.execute(statement.values(expires_at=clock.now()))


def _agree(confirmation: Confirmation) -> None:
    contact = db.session.get_one(Contact, confirmation.contact_id)
    workspace = db.session.get_one(Workspace, confirmation.workspace_id)
    mailing_list = confirmation.mailing_list
    asked = Asked(**confirmation.asked)
    confirmation.confirmed_at = clock.now()
    # The person's own act, proven by their mailbox: the one thing that undoes "never again".
    suppression.lift(workspace, contact)
    agreeing.give(
        mailing_list,
        contact,
        agreeing.wishes(workspace, mailing_list, contact, asked),
        asked,
        method="confirmation",
        widget_version_id=confirmation.widget_version_id,
    )


def _token(confirmation: Confirmation) -> str:
    """Derived, so that it need not be kept: nobody without our key can make it."""
    said = (
        f"{confirmation.mailing_list_id}:{confirmation.contact_id}:"
        f"{confirmation.requested_at.astimezone(UTC).isoformat()}"
    )
    mac = hmac.digest(derived_key("confirmation"), said.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac[:18]).decode()


def _one_at_a_time(mark: bytes) -> None:
    """Until the end of the transaction; otherwise two requests would both count none."""
    number = int.from_bytes(mark[:8], "big", signed=True)
    db.session.execute(select(func.pg_advisory_xact_lock(number)))


def _had_enough(mark: bytes, mailing_list: MailingList) -> bool:
    unanswered_here = (
        Confirmation.mailing_list_id == mailing_list.id,
        Confirmation.confirmed_at.is_(None),
    )
    return (
        _sent(mark, PER_LIST, *unanswered_here) >= 1
        or _sent(mark, timedelta(hours=1)) >= MOST_AN_HOUR
        or _sent(mark, timedelta(days=1)) >= MOST_A_DAY
    )


def _sent(mark: bytes, since: timedelta, *more: ColumnElement[bool]) -> int:
    return (
        db.session.scalar(
            select(func.count()).where(
                Confirmation.address_hash == mark,
                Confirmation.requested_at > clock.now() - since,
                *more,
            )
        )
        or 0
    )
