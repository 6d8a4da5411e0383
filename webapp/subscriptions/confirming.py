"""Double opt-in: one mail, one page, one button, and then it is consent."""

import base64
import hashlib
import hmac
from dataclasses import asdict
from datetime import UTC, timedelta
from enum import StrEnum

from sqlalchemy import select, update

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core import addresses, clock, installation, tokens
from webapp.core.db import db
from webapp.core.encryption import derived_key
from webapp.messages import posting
from webapp.messages.models import Kind
from webapp.subscriptions import blocks, capping, concluding, deadlines, parents
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import Confirmation, MailingList

# So long the page after the confirmation shows what is the person's alone.
RECENT = timedelta(days=1)
# So long the first mail has to arrive, before it can be asked for once more.
PAUSE = timedelta(minutes=1)


class Standing(StrEnum):
    """What can still be done with a confirmation."""

    OPEN = "open"
    DONE = "done"
    EXPIRED = "expired"
    # A child has confirmed, and a parent is asked.
    PARENT = "parent"


def send(
    mailing_list: MailingList,
    contact: Contact,
    asked: Asked,
    *,
    widget_version_id: int | None,
    locale: str,
) -> None:
    """Mail the person a link to confirm with, unless the address got enough of them or wants none."""
    mark = capping.mark(contact.email)
    capping.one_at_a_time(mark)
    if capping.had_enough(mark, mailing_list):
        return
    if blocks.is_blocked(mailing_list.workspace_id, contact.email):
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
        expires_at=now + timedelta(days=mailing_list.link_days),
    )
    confirmation.token_hash = tokens.fingerprint(_token(confirmation))
    db.session.add(confirmation)
    write("confirmation", confirmation, contact)


def write(template: str, confirmation: Confirmation, contact: Contact) -> None:
    """Mail the link in the words of one of our templates; nothing the person typed is in it."""
    mailing_list = db.session.get_one(MailingList, confirmation.mailing_list_id)
    url = installation.address(f"/y/{_token(confirmation)}")
    posting.post(
        template,
        to=contact,
        workspace=db.session.get_one(Workspace, confirmation.workspace_id),
        locale=confirmation.locale,
        kind=Kind.CONFIRMATION,
        content={
            "url": url,
            "block_url": f"{url}/no",
            "list_name": mailing_list.name,
            "days": deadlines.days_left(confirmation.expires_at),
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
    if parents.must_agree(confirmation) and parents.is_asked(confirmation):
        return Standing.PARENT
    return Standing.OPEN


def is_recent(confirmation: Confirmation) -> bool:
    """Whether it was confirmed lately from the mailbox the person still has: mail is forwarded."""
    at = confirmation.confirmed_at
    if at is None or clock.now() - at > RECENT:
        return False
    contact = db.session.get_one(Contact, confirmation.contact_id)
    return capping.mark(contact.email) == confirmation.address_hash


def confirm(token: str) -> Standing | None:
    """The person pressed the button: what was ticked becomes consent, once; a child's once a parent agrees.

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
    if before is Standing.OPEN and parents.must_agree(confirmation):
        parents.ask(confirmation)
    elif before is Standing.OPEN:
        concluding.conclude(confirmation, method="confirmation")
    return before


def send_again(confirmation: Confirmation) -> None:
    """A new link for a sign-up whose own came too late; the same limits apply."""
    asked = Asked(**confirmation.asked)
    # A parent who answered is not asked again, and without one a child signs up for nothing.
    if confirmation.mailing_list.archived_at or asked.parent == "":
        return
    send(
        confirmation.mailing_list,
        db.session.get_one(Contact, confirmation.contact_id),
        asked,
        widget_version_id=confirmation.widget_version_id,
        locale=confirmation.locale,
    )


def send_once_more(mailing_list: MailingList, mark: bytes) -> None:
    """The mail that did not arrive, with the same link: once, and within the same limits.

    Whoever asks is told nothing, so nothing happens where no sign-up waits.
    """
    capping.one_at_a_time(mark)
    waiting = db.session.scalar(
        select(Confirmation)
        .where(
            Confirmation.address_hash == mark,
            Confirmation.mailing_list_id == mailing_list.id,
            Confirmation.confirmed_at.is_(None),
            Confirmation.expires_at > clock.now(),
        )
        .order_by(Confirmation.id.desc())
        .limit(1)
    )
    if waiting is None or waiting.sent_again_at or mailing_list.archived_at:
        return
    if clock.now() - waiting.requested_at < PAUSE or capping.had_too_many(mark):
        return
    waiting.sent_again_at = clock.now()
    contact = db.session.get_one(Contact, waiting.contact_id)
    write("confirmation", waiting, contact)


def same_browser(mailing_list: MailingList, email: str) -> str:
    """What a browser remembers of a sign-up, to know it again when the mail is opened in it.

    It tells nothing to who reads it, and confirms nothing by itself.
    """
    said = f"{mailing_list.id}:{addresses.key(email)}"
    mac = hmac.digest(derived_key("same browser"), said.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac[:18]).decode()


def remembered(confirmation: Confirmation) -> str:
    """The same of a sign-up that waits: equal in the browser it was made in, and nowhere else."""
    contact = db.session.get_one(Contact, confirmation.contact_id)
    return same_browser(confirmation.mailing_list, contact.email)


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


def _token(confirmation: Confirmation) -> str:
    """Derived, so that it need not be kept: nobody without our key can make it."""
    said = (
        f"{confirmation.mailing_list_id}:{confirmation.contact_id}:"
        f"{confirmation.requested_at.astimezone(UTC).isoformat()}"
    )
    mac = hmac.digest(derived_key("confirmation"), said.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac[:18]).decode()
