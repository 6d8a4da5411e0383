"""A receipt for what a person said, theirs to keep: ISO/IEC TS 27560:2023 in the terms of DPV, signed."""

import hashlib
import uuid
from typing import Any

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
from webapp.subscriptions.models import MailingList

DPV = "https://w3id.org/dpv#"
GDPR = "https://w3id.org/dpv/legal/eu/gdpr#"
PURPOSES = {
    PurposeKind.NEWSLETTER: "DirectMarketing",
    PurposeKind.OPENS: "ServiceUsageAnalytics",
    PurposeKind.CLICKS: "ServiceUsageAnalytics",
    PurposeKind.PARTNER: "DirectMarketing",
}
STATES = {
    State.PENDING: "ConsentRequested",
    State.GIVEN: "ConsentGiven",
    State.REFUSED: "ConsentRefused",
    State.WITHDRAWN: "ConsentWithdrawn",
}
BASES = {
    Basis.CONSENT: "A6-1-a",
    Basis.EXISTING_CUSTOMER: "A6-1-f",
    Basis.LEGITIMATE_INTEREST: "A6-1-f",
}
RIGHTS = ("A7-3", "A15", "A16", "A17", "A18", "A20", "A21", "A77")
# Prospects are kept for three years after the last sign of life of theirs.
RETENTION = "P3Y"
# No link: whoever is shown a receipt must not be able to act for the person.
WITHDRAWAL = "the link in each message"


def receipt(workspace: Workspace, contact: Contact) -> dict[str, Any]:
    """What the person said about each purpose, with nothing about anybody else."""
    history = ledger.history(contact)[::-1]
    return signing.sign(
        {
            "format": RECEIPT,
            "schema_version": "ISO/IEC TS 27560:2023",
            "record_id": f"{workspace.id}-{contact.id}",
            "receipt_id": str(uuid.uuid4()),
            "issued_at": chain.instant(clock.now()),
            "pii_principal_id": str(contact.id),
            "language": contact.language,
            "jurisdiction": "FR",
            "pii_controllers": [_controller(workspace)],
            "processing": [
                _processing(workspace, purpose, history)
                for purpose in _purposes(history)
            ],
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


def _controller(workspace: Workspace) -> dict[str, Any]:
    return {
        "party_id": str(workspace.id),
        "party_name": workspace.legal_name,
        "party_address": workspace.postal_address,
        "party_contact": workspace.dpo_email or workspace.rights_email,
        "party_phone": workspace.rights_phone,
        "party_type": DPV + "DataController",
    }


def _processing(
    workspace: Workspace, purpose: Purpose, history: list[ConsentEvent]
) -> dict[str, Any]:
    said = [event for event in history if event.purpose_id == purpose.id]
    return {
        "purpose": purpose.name,
        "purpose_type": DPV + PURPOSES[PurposeKind(purpose.kind)],
        "lawful_basis": GDPR + BASES[Basis(said[-1].basis)],
        "privacy_notice": _notice(purpose),
        "pii_information": [
            {
                "pii_type": "https://w3id.org/dpv/pd#EmailAddress",
                "pii_optional": False,
                "sensitive": False,
            }
        ],
        "collection_method": said[0].method,
        "storage_locations": [workspace.postal_address],
        "retention_period": RETENTION,
        "recipient_third_parties": _recipients(purpose),
        "withdrawal_method": WITHDRAWAL,
        "privacy_rights": [GDPR + right for right in RIGHTS],
        "events": [_event(event) for event in said],
    }


def _recipients(purpose: Purpose) -> list[str]:
    """The partner whom the address is passed on to, where that is the purpose."""
    return [purpose.name] if purpose.kind == PurposeKind.PARTNER else []


def _notice(purpose: Purpose) -> dict[str, str] | None:
    """The notice of the list as it stands; what measures has none of its own."""
    words = db.session.scalar(
        select(MailingList.notice_text).where(MailingList.purpose_id == purpose.id)
    )
    if words is None:
        return None
    return {"text": words, "sha256": hashlib.sha256(words.encode()).hexdigest()}


def _event(event: ConsentEvent) -> dict[str, Any]:
    shown = db.session.get(ShownText, event.text_id) if event.text_id else None
    return {
        "event_time": chain.instant(event.at),
        "event_type": DPV + "ExplicitlyExpressedConsent",
        "event_state": DPV + STATES[State(event.state)],
        "validity_duration": "until withdrawn",
        "entity_id": str(event.contact_id),
        "words": shown.body if shown else None,
        "ledger_seq": event.seq,
    }
