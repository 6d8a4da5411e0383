"""The person's own page: what they agreed to, and one box for each thing."""

from dataclasses import dataclass

from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.consent import ledger, purposes
from webapp.consent.ledger import Evidence
from webapp.consent.models import ConsentState, Purpose, PurposeKind, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.i18n import LOCALES
from webapp.deliverability import suppression
from webapp.subscriptions import queries, subscribing, wording
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import MailingList
from webapp.subscriptions.subscribing import Leaving

METHOD = "preferences"


@dataclass(frozen=True)
class Box:
    """One list, with its sentence, and whether the person is on it."""

    mailing_list: MailingList
    ticked: bool


@dataclass(frozen=True)
class Choices:
    """What the page shows of a person."""

    boxes: list[Box]
    opens: bool
    clicks: bool


@dataclass(frozen=True)
class Chosen:
    """What the person sent: the numbers of the lists ticked, and the rest."""

    lists: frozenset[int]
    opens: bool
    clicks: bool
    language: str
    first_name: str
    last_name: str


def of(workspace: Workspace, contact: Contact) -> Choices:
    """What the person agreed to, as it stands now; changes nothing."""
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
            Box(mailing_list, mailing_list.purpose_id in given and not suppressed)
            for mailing_list in queries.active(workspace)
        ],
        opens=PurposeKind.OPENS in kinds,
        clicks=PurposeKind.CLICKS in kinds,
    )


def save(workspace: Workspace, contact: Contact, chosen: Chosen) -> bool:
    """Carry out what changed, box by box; whether something waits to be confirmed by mail."""
    before = of(workspace, contact)
    _introduce(contact, chosen)
    suppressed = suppression.is_suppressed(workspace, contact.email)
    joining = False
    for box in before.boxes:
        wanted = box.mailing_list.id in chosen.lists
        if box.ticked and not wanted:
            subscribing.leave(contact, box.mailing_list, Leaving(METHOD))
        if wanted and not box.ticked:
            joining = True
            _join(workspace, contact, box.mailing_list, suppressed=suppressed)
    _measure(workspace, contact, chosen)
    return joining and suppressed


def _introduce(contact: Contact, chosen: Chosen) -> None:
    contact.first_name = chosen.first_name
    contact.last_name = chosen.last_name
    if chosen.language in LOCALES:
        contact.language = chosen.language
    contact.last_contact_at = contact.updated_at = clock.now()


def _join(
    workspace: Workspace,
    contact: Contact,
    mailing_list: MailingList,
    *,
    suppressed: bool,
) -> None:
    """The link came to the person's mailbox, which proves it; after "never again" it is asked anew."""
    if suppressed:
        subscribing.ask(mailing_list, contact, asked=Asked(method=METHOD))
        return
    subscribing.join(workspace, mailing_list, contact, Asked(method=METHOD))


def _measure(workspace: Workspace, contact: Contact, chosen: Chosen) -> None:
    measuring = purposes.measuring(workspace)
    for purpose, wanted in (
        (measuring.opens, chosen.opens),
        (measuring.clicks, chosen.clicks),
    ):
        today = ledger.state_of(contact, purpose)
        given = today is not None and today.state == State.GIVEN
        if given != wanted:
            _record(workspace, contact, purpose, wanted=wanted)


def _record(
    workspace: Workspace, contact: Contact, purpose: Purpose, *, wanted: bool
) -> None:
    kind = PurposeKind(purpose.kind)
    evidence = Evidence(
        method=METHOD, text_id=wording.measuring_id(kind, workspace, contact.language)
    )
    state = State.GIVEN if wanted else State.WITHDRAWN
    ledger.record(contact, purpose, state, evidence)
