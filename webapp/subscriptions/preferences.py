"""The person's own page: what they agreed to, one box for each thing, and how often they want it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.consent import ledger, purposes
from webapp.consent.ledger import Evidence
from webapp.consent.models import ConsentState, Purpose, PurposeKind, State
from webapp.contacts import changing
from webapp.contacts.models import Contact, Frequency
from webapp.core import clock
from webapp.core.db import db
from webapp.core.i18n import LOCALES
from webapp.deliverability import suppression
from webapp.subscriptions import partners, pausing, queries, subscribing, wording
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import MailingList
from webapp.subscriptions.subscribing import Leaving

METHOD = "preferences"


@dataclass(frozen=True)
class Box:
    """One list, with its sentence, and whether the person is on it."""

    mailing_list: MailingList
    sentence: str
    ticked: bool

    @property
    def name(self) -> str:
        """What tells this box from every other of the page."""
        return f"list-{self.mailing_list.id}"


@dataclass(frozen=True)
class Choices:
    """Where a person stands today with all that the page asks."""

    boxes: list[Box]
    opens: bool
    clicks: bool
    partners: list[partners.Choice]

    @property
    def ticked(self) -> frozenset[str]:
        """The names of the boxes that are ticked."""
        return frozenset(self._ticked())

    def _ticked(self) -> Iterator[str]:
        yield from (box.name for box in self.boxes if box.ticked)
        yield from (f"partner-{one.partner.id}" for one in self.partners if one.given)
        yield from ("opens",) if self.opens else ()
        yield from ("clicks",) if self.clicks else ()


@dataclass(frozen=True)
class Chosen:
    """What the person sent; None for what was not asked or not changed."""

    # The boxes that are ticked, and those that were when the page was made: a page that
    # lay open while something changed elsewhere undoes nothing of it.
    ticked: frozenset[str]
    shown: frozenset[str] | None = None
    frequency: Frequency | None = None
    pause_until: date | None = None
    language: str = ""
    # Fields of the contact, and of the workspace; None empties one.
    fields: dict[str, Any] = field(default_factory=dict)
    own_fields: dict[str, Any] = field(default_factory=dict)

    def boxes(self, today: frozenset[str]) -> frozenset[str]:
        """The boxes the person wants ticked, given those that are today."""
        if self.shown is None:
            return self.ticked
        return (today - (self.shown - self.ticked)) | (self.ticked - self.shown)


def of(workspace: Workspace, contact: Contact, locale: str) -> Choices:
    """What the person agreed to, as it stands now, in a language; changes nothing."""
    given = set(
        db.session.scalars(
            select(ConsentState.purpose_id).where(
                ConsentState.contact_id == contact.id,
                ConsentState.state == State.GIVEN,
            )
        )
    )
    suppressed = suppression.is_suppressed(workspace, contact.email)
    kinds = set(db.session.scalars(select(Purpose.kind).where(Purpose.id.in_(given))))
    return Choices(
        boxes=[
            Box(
                mailing_list,
                wording.purpose_of(mailing_list, locale),
                mailing_list.purpose_id in given and not suppressed,
            )
            for mailing_list in queries.active(workspace)
        ],
        opens=PurposeKind.OPENS in kinds,
        clicks=PurposeKind.CLICKS in kinds,
        partners=partners.choices(workspace, contact, locale),
    )


def save(workspace: Workspace, contact: Contact, chosen: Chosen, locale: str) -> bool:
    """Carry out what changed, box by box; whether something waits to be confirmed by mail.

    :param locale: the language in which the sentences beside the boxes were read.
    """
    waits = _tick(workspace, contact, chosen, locale)
    if chosen.frequency and chosen.frequency != contact.frequency:
        pausing.set_frequency(contact, chosen.frequency)
    _write(workspace, contact, chosen)
    _note_sign_of_life(contact)
    return waits


def lessen(workspace: Workspace, contact: Contact, chosen: Chosen, locale: str) -> None:
    """Carry out only what makes less: any link of ours is good for that, however old, whoever has it."""
    today = of(workspace, contact, locale).ticked
    less = Chosen(ticked=chosen.boxes(today) & today)
    _tick(workspace, contact, less, locale)
    if chosen.frequency and pausing.is_fewer(chosen.frequency, contact.frequency):
        pausing.set_frequency(contact, chosen.frequency)
    now = pausing.paused_until(workspace, contact)
    if chosen.pause_until and (now is None or chosen.pause_until > now):
        contact.paused_until = chosen.pause_until
    _note_sign_of_life(contact)


def resume(contact: Contact) -> None:
    """Have campaigns come again at once."""
    contact.paused_until = None
    _note_sign_of_life(contact)


def _tick(workspace: Workspace, contact: Contact, chosen: Chosen, locale: str) -> bool:
    before = of(workspace, contact, locale)
    wanted = chosen.boxes(before.ticked)
    suppressed = suppression.is_suppressed(workspace, contact.email)
    joining = False
    for box in before.boxes:
        if box.ticked and box.name not in wanted:
            subscribing.leave(contact, box.mailing_list, Leaving(METHOD))
        if box.name in wanted and not box.ticked:
            joining = True
            _join(workspace, contact, box.mailing_list, locale)
    _measure(workspace, contact, wanted, locale)
    agreed = {
        one.partner.id
        for one in before.partners
        if f"partner-{one.partner.id}" in wanted
    }
    partners.save(workspace, contact, frozenset(agreed), locale)
    return joining and suppressed


def _write(workspace: Workspace, contact: Contact, chosen: Chosen) -> None:
    """Keep what the person says of themselves; the log names the fields."""
    values = changing.named({**chosen.fields, "attributes": chosen.own_fields})
    if chosen.language in LOCALES:
        values["language"] = chosen.language
    changed = set(changing.take(contact, values, source=METHOD))
    if chosen.pause_until and chosen.pause_until != contact.paused_until:
        contact.paused_until = chosen.pause_until
        changed.add("paused_until")
    if changed:
        action = "contact.changed_by_themselves"
        auditing.record(workspace, action, contact, fields=sorted(changed))


def _note_sign_of_life(contact: Contact) -> None:
    contact.last_contact_at = contact.updated_at = clock.now()


def _join(
    workspace: Workspace, contact: Contact, mailing_list: MailingList, locale: str
) -> None:
    """The link came to the person's mailbox, which proves it; after "never again" it is asked anew."""
    text_id = wording.shown_id(workspace, mailing_list, locale)
    asked = Asked(method=METHOD, text_id=text_id)
    if suppression.is_suppressed(workspace, contact.email):
        subscribing.ask(mailing_list, contact, asked=asked, locale=locale)
        return
    subscribing.join(workspace, mailing_list, contact, asked)


def _measure(
    workspace: Workspace, contact: Contact, wanted: frozenset[str], locale: str
) -> None:
    measuring = purposes.measuring(workspace)
    for name, purpose in (("opens", measuring.opens), ("clicks", measuring.clicks)):
        today = ledger.state_of(contact, purpose)
        given = today is not None and today.state == State.GIVEN
        if given == (name in wanted):
            continue
        text_id = wording.measuring_id(PurposeKind(purpose.kind), workspace, locale)
        state = State.WITHDRAWN if given else State.GIVEN
        ledger.record(contact, purpose, state, Evidence(METHOD, text_id=text_id))
