"""All that one page tells of a contact, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from webapp.campaigns.models import Campaign
from webapp.consent import ledger
from webapp.consent.explaining import METHODS
from webapp.consent.models import (
    Basis,
    ConsentEvent,
    Purpose,
    PurposeKind,
    ShownText,
    State,
)
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.i18n import _, _l
from webapp.messages.models import Message, Status

SHOWN = 50

# Loaded one by one, or many at once.
Events = Sequence[ConsentEvent | Row[Any]]

STATES: dict[State, Any] = {
    State.GIVEN: _l("Agreed: %(purpose)s"),
    State.PENDING: _l("Asked, not confirmed yet: %(purpose)s"),
    State.REFUSED: _l("Refused: %(purpose)s"),
    State.WITHDRAWN: _l("Withdrew: %(purpose)s"),
}
# On a list by another way than a word of their own.
ENTERED: dict[Basis, Any] = {
    Basis.EXISTING_CUSTOMER: _l("Put on it as a customer: %(purpose)s"),
    Basis.LEGITIMATE_INTEREST: _l("Put on it as a professional: %(purpose)s"),
}
MEASURES: dict[str, Any] = {
    PurposeKind.OPENS: _l("measuring of opens"),
    PurposeKind.CLICKS: _l("measuring of clicks"),
    PurposeKind.PARTNER: _l("passing the address on to %(partner)s"),
}
COLLECTED: dict[str, Any] = {
    "paper": _l("On paper"),
    "shop": _l("In the shop"),
    "phone": _l("By phone"),
    "email": _l("By e-mail"),
    "event": _l("At an event"),
}
MESSAGE_STATES: dict[str, Any] = {
    Status.PENDING: _l("Queued"),
    Status.CLAIMED: _l("Preparing"),
    Status.SENDING: _l("Being sent"),
    Status.DEFERRED: _l("Deferred"),
    Status.SENT: _l("Sent"),
    Status.BOUNCED: _l("Bounced"),
    Status.FAILED: _l("Failed"),
    Status.UNCERTAIN: _l("Uncertain"),
    Status.SKIPPED: _l("Skipped"),
}


@dataclass(frozen=True)
class Said:
    """One thing the person said, how, and the words they saw."""

    # Its place in the chain of the workspace.
    seq: int
    at: datetime
    state: State
    sentence: str
    how: str
    words: str


@dataclass(frozen=True)
class Received:
    """One message, and the campaign it belongs to."""

    message: Message
    title: str


def said(
    contact: Contact, most: int | None = SHOWN, former_id: int | None = None
) -> list[Said]:
    """What the person agreed to, refused and withdrew, newest first; or did as a former contact."""
    return told(ledger.history(contact, former_id)[:most])


def told(history: Events) -> list[Said]:
    """Events of the ledger in plain words."""
    names = _names(history)
    words = _words(history)
    return [
        Said(
            seq=event.seq,
            at=event.at,
            state=State(event.state),
            sentence=_sentence(event) % {"purpose": names.get(event.purpose_id, "?")},
            how=_how(event),
            words=words.get(event.text_id or 0, ""),
        )
        for event in history
    ]


def received(contact: Contact) -> list[Received]:
    """The messages to the person, newest first."""
    rows = db.session.execute(
        select(Message, Campaign.name)
        .outerjoin(Campaign, Campaign.id == Message.campaign_id)
        .where(Message.contact_id == contact.id)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(SHOWN)
    )
    return [Received(message, name or title_of(message.kind)) for message, name in rows]


def message_state(status: str) -> str:
    """Where a message stands on its way."""
    return str(MESSAGE_STATES.get(status, status))


def came_by(contact: Contact) -> str:
    """The door by which we first heard of the person, and the link they came by."""
    door = str(METHODS.get(contact.source, contact.source))
    first = ledger.history(contact)[-1:]
    sources = [event.detail["source"] for event in first if event.detail.get("source")]
    return _with(door, sources)


def _names(history: Events) -> dict[int, str]:
    purposes = db.session.scalars(
        select(Purpose).where(Purpose.id.in_({event.purpose_id for event in history}))
    )
    return {
        purpose.id: str(MEASURES.get(purpose.kind, "%(partner)s"))
        % {"partner": purpose.name}
        for purpose in purposes
    }


def _words(history: Events) -> dict[int, str]:
    numbers = {event.text_id for event in history if event.text_id}
    texts = db.session.scalars(select(ShownText).where(ShownText.id.in_(numbers)))
    return {text.id: text.body for text in texts}


def _sentence(event: ConsentEvent | Row[Any]) -> str:
    if event.state == State.GIVEN and event.basis != Basis.CONSENT:
        return str(ENTERED[Basis(event.basis)])
    return str(STATES[State(event.state)])


def _how(event: ConsentEvent | Row[Any]) -> str:
    how = str(METHODS.get(event.method, event.method))
    sale = event.detail.get("ground", {}).get("reference")
    if sale:
        return str(_("%(how)s (sale %(number)s)", how=how, number=sale))
    collected = COLLECTED.get(event.detail.get("collected", ""))
    return _with(how, [collected, event.detail.get("source")])


def _with(how: str, more: list[Any]) -> str:
    told = ", ".join(str(one) for one in more if one)
    return f"{how} ({told})" if told else how


def title_of(kind: str) -> str:
    """What a message that belongs to no campaign is called."""
    titles = {"confirmation": _("Confirmation e-mail"), "test": _("Test")}
    return str(titles.get(kind, _("Service message")))
