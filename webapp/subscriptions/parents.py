"""A child under fifteen: the child confirms, then a parent does, or nothing comes of it (LIL article 45)."""

import base64
import hashlib
import hmac
from datetime import UTC, timedelta
from typing import Any

from sqlalchemy import Exists, Select, exists, func, select

from webapp.accounts.models import Workspace
from webapp.consent import ledger
from webapp.consent.ledger import Evidence
from webapp.consent.models import Purpose, State
from webapp.contacts.models import Contact
from webapp.core import clock, installation, tokens
from webapp.core.db import db
from webapp.core.encryption import derived_key
from webapp.messages import posting
from webapp.messages.models import Kind
from webapp.subscriptions import blocks, capping, concluding, deadlines
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import Confirmation, MailingList, ParentalRequest

# One address is asked so often, whatever children name it: this mail is no weapon either.
MOST_A_DAY = 3
DAY = timedelta(days=1)


def must_agree(confirmation: Confirmation) -> bool:
    """Whether somebody under fifteen signed up, so that their own word is not enough."""
    return Asked(**confirmation.asked).is_for_a_child


def is_asked(confirmation: Confirmation) -> bool:
    """Whether the child has confirmed and a parent was written to."""
    return bool(db.session.scalar(select(asked_about(confirmation.id))))


def asked_about(number: Any) -> Exists:
    """The condition that a parent was asked about the confirmation with this number."""
    return exists().where(ParentalRequest.confirmation_id == number)


def ask(confirmation: Confirmation) -> None:
    """The child has confirmed: write to the parent, once, and for nothing else."""
    asked = Asked(**confirmation.asked)
    mailing_list = confirmation.mailing_list
    _note_the_childs_word(confirmation, asked)
    mark = capping.mark(asked.parent or "")
    capping.one_at_a_time(mark)
    is_unwelcome = _had_enough(mark) or blocks.is_blocked(
        confirmation.workspace_id, asked.parent or ""
    )
    request = ParentalRequest(
        confirmation_id=confirmation.id,
        address=asked.parent or "",
        address_hash=mark,
        requested_at=clock.now(),
    )
    request.token_hash = tokens.fingerprint(_token(request))
    # As long as the child's own link worked, but not beyond the day all of it is forgotten.
    confirmation.expires_at = min(
        clock.now() + timedelta(days=mailing_list.link_days),
        confirmation.requested_at + timedelta(days=mailing_list.purge_days),
    )
    db.session.add(request)
    if not is_unwelcome:
        _write(request, confirmation)


def find(token: str) -> Confirmation | None:
    """The sign-up this link of a parent is about."""
    return db.session.scalar(_about(token))


def agree(token: str) -> bool:
    """The parent pressed the button: now it is consent, once. False where there is nothing to agree to."""
    confirmation = _open(token)
    if confirmation is None:
        return False
    concluding.conclude(confirmation, method="parent")
    _forget(confirmation)
    return True


def refuse(token: str) -> None:
    """The parent said no: nothing comes of it, and their address is forgotten at once."""
    confirmation = _open(token)
    if confirmation is not None:
        confirmation.expires_at = clock.now()
        _forget(confirmation)


def _open(token: str) -> Confirmation | None:
    """What this link can still decide, locked."""
    found = db.session.scalar(
        _about(token)
        .with_for_update(of=Confirmation)
        .execution_options(populate_existing=True)
    )
    if found is None or found.confirmed_at or found.expires_at <= clock.now():
        return None
    return found


def _about(token: str) -> Select[Confirmation]:
    return (
        select(Confirmation)
        .join(ParentalRequest, ParentalRequest.confirmation_id == Confirmation.id)
        .where(ParentalRequest.token_hash == tokens.fingerprint(token))
    )


def _note_the_childs_word(confirmation: Confirmation, asked: Asked) -> None:
    """The ledger knows that the child said yes from their own mailbox; it counts for nothing alone."""
    contact = db.session.get_one(Contact, confirmation.contact_id)
    purpose = db.session.get_one(Purpose, confirmation.mailing_list.purpose_id)
    today = ledger.state_of(contact, purpose)
    if today is not None and today.state != State.PENDING:
        return
    evidence = Evidence(
        "child",
        text_id=asked.text_id,
        widget_version_id=confirmation.widget_version_id,
        detail=asked.detail,
    )
    ledger.record(contact, purpose, State.PENDING, evidence)


def _write(request: ParentalRequest, confirmation: Confirmation) -> None:
    """Nothing the child typed is in the mail."""
    mailing_list = db.session.get_one(MailingList, confirmation.mailing_list_id)
    posting.post(
        "parental_request",
        to=request.address,
        workspace=db.session.get_one(Workspace, confirmation.workspace_id),
        locale=confirmation.locale,
        kind=Kind.CONFIRMATION,
        content={
            "url": installation.address(f"/parent/{_token(request)}"),
            "list_name": mailing_list.name,
            "days": deadlines.days_left(confirmation.expires_at),
        },
    )


def _forget(confirmation: Confirmation) -> None:
    """What the parent's address was asked for is done: the sealed evidence alone has it now."""
    request = db.session.scalars(
        select(ParentalRequest).where(
            ParentalRequest.confirmation_id == confirmation.id
        )
    ).one()
    request.address, request.answered_at = "", clock.now()
    confirmation.asked = {**confirmation.asked, "parent": ""}


def _had_enough(mark: bytes) -> bool:
    lately = select(func.count()).where(
        ParentalRequest.address_hash == mark,
        ParentalRequest.requested_at > clock.now() - DAY,
    )
    return (db.session.scalar(lately) or 0) >= MOST_A_DAY


def _token(request: ParentalRequest) -> str:
    """Derived, so that it need not be kept: nobody without our key can make it."""
    said = (
        f"{request.confirmation_id}:{request.requested_at.astimezone(UTC).isoformat()}"
    )
    mac = hmac.digest(derived_key("parental request"), said.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac[:18]).decode()
