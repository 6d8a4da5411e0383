"""Partners: companies of their own, each named, each with a sentence, a box and a consent of its own."""

from dataclasses import dataclass, field

from flask_babel import force_locale
from sqlalchemy import exists, select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.consent import ledger, purposes
from webapp.consent.ledger import Evidence
from webapp.consent.models import ConsentState, Purpose, PurposeKind, State
from webapp.contacts.models import Contact
from webapp.core import clock, events
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import LOCALES, _, _l
from webapp.subscriptions.events import WordsChanged
from webapp.subscriptions.models import Partner


class NameIsAgreedTo(DomainError):
    """People agreed to this company; the consent is for no other."""

    status = 422
    message = _l(
        "People agreed to the partner by this name. For another company, or another name,"
        " add a partner: it is asked about anew."
    )


@dataclass(frozen=True)
class Description:
    """All that is said of a partner."""

    name: str
    privacy_url: str
    # What it will use the address for, and the same in other languages.
    description: str
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """A partner somebody was asked about, with its sentence and their answer today."""

    partner: Partner
    sentence: str
    given: bool


def active(workspace: Workspace) -> list[Partner]:
    """The partners a widget may offer, by name."""
    return [found for found in every(workspace) if found.archived_at is None]


def every(workspace: Workspace) -> list[Partner]:
    """All partners, those in use first, by name."""
    return list(
        db.session.scalars(
            select(Partner)
            .where(Partner.workspace_id == workspace.id)
            .order_by(Partner.archived_at.is_not(None), Partner.name)
        )
    )


def get(workspace: Workspace, partner_id: int) -> Partner:
    """The partner with this number.

    :raises NotFound: also for a partner of another workspace.
    """
    found = db.session.scalar(
        select(Partner).where(
            Partner.workspace_id == workspace.id, Partner.id == partner_id
        )
    )
    if found is None:
        raise NotFound
    return found


def sentence(partner: Partner, locale: str) -> str:
    """What the box of the partner says: who passes what to whom, what for, and where to read more."""
    workspace = db.session.get_one(Workspace, partner.workspace_id)
    told = partner.texts.get(locale) or partner.description
    with force_locale(locale):
        return str(
            _(
                "I agree that %(shop)s passes my e-mail address on to %(partner)s,"
                " for this use: %(use)s. How %(partner)s treats data: %(address)s",
                shop=workspace.name,
                partner=partner.name,
                use=told.rstrip(" ."),
                address=partner.privacy_url,
            )
        )


def sentence_id(partner: Partner, locale: str) -> int:
    """The number under which the sentence of the partner is kept."""
    workspace = db.session.get_one(Workspace, partner.workspace_id)
    body = sentence(partner, locale)
    return ledger.shown(workspace, PurposeKind.PARTNER.value, body, locale).id


def create(workspace: Workspace, told: Description) -> Partner:
    """A partner nobody agreed to yet, with a purpose of its own."""
    purpose = purposes.create(workspace, PurposeKind.PARTNER, name=told.name)
    partner = Partner(workspace_id=workspace.id, purpose_id=purpose.id)
    _apply(partner, told)
    db.session.add(partner)
    db.session.flush()
    _keep(partner)
    auditing.record(workspace, "partner.created", partner)
    return partner


def change(workspace: Workspace, partner: Partner, told: Description) -> None:
    """Change a partner; what people agreed to before stays under the words they saw.

    :raises NameIsAgreedTo: when somebody ever agreed to it by the name it has.
    """
    if told.name != partner.name and _was_agreed_to(partner):
        raise NameIsAgreedTo
    _apply(partner, told)
    purposes.rename(partner.purpose_id, told.name)
    _keep(partner)
    auditing.record(workspace, "partner.changed", partner)
    events.publish(WordsChanged(workspace.id))


def archive(workspace: Workspace, partner: Partner) -> None:
    """Ask nobody any more; who agreed, and the proof, stay."""
    partner.archived_at = partner.archived_at or clock.now()
    auditing.record(workspace, "partner.archived", partner)
    events.publish(WordsChanged(workspace.id))


def restore(workspace: Workspace, partner: Partner) -> None:
    """Offer an archived partner again."""
    partner.archived_at = None
    auditing.record(workspace, "partner.restored", partner)
    events.publish(WordsChanged(workspace.id))


def asked_about(
    workspace: Workspace, texts: dict[str, int]
) -> list[tuple[Purpose, int]]:
    """The purpose of each partner in use among these, with the wording that was shown.

    :param texts: the number of the wording by the number of the purpose, as `Asked.partners` has it.
    """
    return [
        (
            db.session.get_one(Purpose, partner.purpose_id),
            texts[str(partner.purpose_id)],
        )
        for partner in (active(workspace) if texts else ())
        if str(partner.purpose_id) in texts
    ]


def choices(workspace: Workspace, contact: Contact, locale: str = "") -> list[Choice]:
    """The partners the person was ever asked about: what they may withdraw, or give again.

    :param locale: the language of the sentences; the contact's own if none is named.
    """
    states = _states(contact)
    return [
        Choice(
            partner=partner,
            sentence=sentence(partner, locale or contact.language),
            given=states[partner.purpose_id] == State.GIVEN,
        )
        for partner in every(workspace)
        if _is_open(partner, states.get(partner.purpose_id))
    ]


def save(
    workspace: Workspace, contact: Contact, ticked: frozenset[int], locale: str = ""
) -> None:
    """Carry out what the person chose on their own page, partner by partner.

    :param ticked: numbers of partners; what was never offered to the person changes nothing.
    """
    for choice in choices(workspace, contact):
        wanted = choice.partner.id in ticked
        if wanted == choice.given:
            continue
        ledger.record(
            contact,
            db.session.get_one(Purpose, choice.partner.purpose_id),
            State.GIVEN if wanted else State.WITHDRAWN,
            Evidence(
                method="preferences",
                text_id=sentence_id(choice.partner, locale or contact.language),
            ),
        )


def _was_agreed_to(partner: Partner) -> bool:
    agreed = exists().where(
        ConsentState.purpose_id == partner.purpose_id,
        ConsentState.state.in_((State.GIVEN, State.WITHDRAWN)),
    )
    return bool(db.session.scalar(select(agreed)))


def _is_open(partner: Partner, state: str | None) -> bool:
    """An archived partner can be left, and no more be joined."""
    if partner.archived_at:
        return state == State.GIVEN
    return state is not None


def _states(contact: Contact) -> dict[int, str]:
    rows = db.session.execute(
        select(ConsentState.purpose_id, ConsentState.state).where(
            ConsentState.contact_id == contact.id
        )
    )
    return {row.purpose_id: row.state for row in rows}


def _apply(partner: Partner, told: Description) -> None:
    partner.name = told.name
    partner.privacy_url = told.privacy_url
    partner.description = told.description
    partner.texts = told.texts


def _keep(partner: Partner) -> None:
    """Keep the words as they stand now; words already kept make no new row."""
    for locale in LOCALES:
        sentence_id(partner, locale)
