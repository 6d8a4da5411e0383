"""A receipt for what a person said, theirs to keep: ISO/IEC TS 27560:2023 in the terms of DPV, signed."""

import hashlib
import uuid
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.consent import chain, exporting, ledger, signing
from webapp.consent.models import (
    Basis,
    ConsentEvent,
    Purpose,
    PurposeKind,
    ShownText,
    State,
)
from webapp.consent.verifying_files import RECEIPT
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.i18n import _
from webapp.subscriptions import receipt_terms as terms
from webapp.subscriptions import wording
from webapp.subscriptions.models import MailingList, Partner

# Prospects are kept for three years after the last sign of life of theirs.
RETENTION = "P3Y"


def receipt(
    workspace: Workspace, contact: Contact, language: str = ""
) -> dict[str, Any]:
    """What the person said about each purpose, with nothing about anybody else.

    :param language: the one it is read in now; otherwise the person's own.
    """
    language = language or contact.language
    history = ledger.history(contact)[::-1]
    purposes = _purposes(history)
    partners = [one for one in map(_partner, purposes) if one is not None]
    with force_locale(language):
        processing = [
            _processing(workspace, language, purpose, history) for purpose in purposes
        ]
    return signing.sign(
        {
            "@context": terms.CONTEXT,
            "@type": "dpv:ConsentRecord",
            "format": RECEIPT,
            "schema_version": "ISO/IEC TS 27560:2023",
            "record_id": f"{workspace.id}-{contact.id}",
            "receipt_id": str(uuid.uuid4()),
            "issued_at": chain.instant(clock.now()),
            "pii_principal_id": str(contact.id),
            "parties": [_controller(workspace), *partners, *_authority(workspace)],
            "processing": processing,
            "proof": [exporting.link(event) for event in history],
        }
    )


def _purposes(history: list[ConsentEvent]) -> list[Purpose]:
    numbers = {event.purpose_id for event in history}
    return list(
        db.session.scalars(
            select(Purpose).where(Purpose.id.in_(numbers)).order_by(Purpose.id)
        )
    )


def _controller(workspace: Workspace) -> dict[str, str]:
    return {
        "party_id": str(workspace.id),
        "party_name": workspace.legal_name,
        "party_address": workspace.postal_address,
        "party_contact": workspace.dpo_email or workspace.rights_email,
        "party_email": workspace.rights_email,
        "party_phone": workspace.rights_phone,
        "party_url": workspace.website,
        "party_type": terms.DPV + "Organisation",
        "party_role": terms.DPV + "DataController",
    }


def _partner(purpose: Purpose) -> dict[str, str] | None:
    """The company the address is passed on to; where it is to be found is what its own notice says."""
    found = db.session.scalar(select(Partner).where(Partner.purpose_id == purpose.id))
    if found is None:
        return None
    return {
        "party_id": f"partner-{found.id}",
        "party_name": found.name,
        "party_address": found.privacy_url,
        "party_contact": found.privacy_url,
        "party_url": found.privacy_url,
        "party_type": terms.DPV + "Organisation",
        "party_role": terms.DPV + "ThirdParty",
    }


def _authority(workspace: Workspace) -> list[dict[str, str]]:
    return [terms.CNIL] if workspace.country == "FR" else []


def _processing(
    workspace: Workspace,
    language: str,
    purpose: Purpose,
    history: list[ConsentEvent],
) -> dict[str, Any]:
    said = [event for event in history if event.purpose_id == purpose.id]
    kind, basis = PurposeKind(purpose.kind), Basis(said[-1].basis)
    partner = _partner(purpose)
    return {
        "language": language,
        "purpose": _named(purpose),
        "purpose_type": terms.DPV + terms.PURPOSES[kind],
        "lawful_basis": terms.GDPR + terms.BASES[basis],
        "privacy_notice": _notice(purpose, language, history),
        "pii_information": terms.personal_data(kind),
        "collection_method": said[0].method,
        "data_source": terms.DPV + "DataSubjectDataSource",
        "processing_method": [terms.DPV + one for one in terms.OPERATIONS[kind]],
        "recipient_third_parties": [partner["party_id"]] if partner else [],
        "privacy_rights": [terms.GDPR + right for right in terms.RIGHTS[basis]],
        **_by_whom_and_where(workspace),
        "events": [_event(event) for event in said],
    }


def _by_whom_and_where(workspace: Workspace) -> dict[str, Any]:
    """What is the same for every purpose."""
    country = terms.COUNTRY + workspace.country
    return {
        "pii_controllers": [str(workspace.id)],
        "processing_locations": [country],
        "storage_locations": [country],
        "retention_period": RETENTION,
        "geographic_restrictions": [],
        "service": _("Messages of %(shop)s by e-mail", shop=workspace.name),
        "jurisdiction": country,
        # No link: whoever is shown a receipt must not be able to act for the person.
        "withdrawal_method": _("With the link in each message, or by writing to us."),
        "codes_of_conduct": [],
        "impact_assessment": None,
        "authority_party": [one["party_id"] for one in _authority(workspace)],
    }


def _named(purpose: Purpose) -> str:
    """The name of a list or partner; what measures is named in the reader's words."""
    if purpose.kind == PurposeKind.OPENS:
        return str(_("Measuring of opens"))
    if purpose.kind == PurposeKind.CLICKS:
        return str(_("Measuring of clicks"))
    return purpose.name


def _notice(
    purpose: Purpose, language: str, history: list[ConsentEvent]
) -> dict[str, Any]:
    """The notice that stood beside the box, as it is today: that of the list, or of the list they came by."""
    lists = {
        one.purpose_id: one
        for one in db.session.scalars(
            select(MailingList)
            .where(MailingList.workspace_id == purpose.workspace_id)
            .order_by(MailingList.id.desc())
        )
    }
    spoken_of = [lists[e.purpose_id] for e in history if e.purpose_id in lists]
    shown_with = lists.get(purpose.id) or next(
        iter((*spoken_of, *lists.values())), None
    )
    words = wording.notice_of(shown_with, language) if shown_with else ""
    kept = db.session.scalar(
        select(ShownText.id).where(
            ShownText.workspace_id == purpose.workspace_id,
            ShownText.fingerprint
            == ledger.fingerprint(wording.NOTICE, words, language),
        )
    )
    return {
        "text": words,
        "sha256": hashlib.sha256(words.encode()).hexdigest(),
        "record_id": f"text-{kept}" if kept else None,
    }


def _event(event: ConsentEvent) -> dict[str, Any]:
    shown = db.session.get(ShownText, event.text_id) if event.text_id else None
    return {
        "event_time": chain.instant(event.at),
        **terms.status(State(event.state), Basis(event.basis)),
        "entity_id": str(event.contact_id),
        "words": shown.body if shown else None,
        "ledger_seq": event.seq,
    }
