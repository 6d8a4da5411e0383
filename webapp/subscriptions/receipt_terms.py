"""The terms of a receipt: the fields of ISO/IEC TS 27560:2023 as properties of DPV 2.3 (JSON-LD)."""

from typing import Any

from webapp.consent.models import Basis, PurposeKind, State

DPV = "https://w3id.org/dpv#"
PD = "https://w3id.org/dpv/pd#"
GDPR = "https://w3id.org/dpv/legal/eu/gdpr#"
COUNTRY = "https://w3id.org/dpv/loc#"

_IRI, _TIME = {"@type": "@id"}, {"@type": "xsd:dateTime"}
# In the receipt itself: nobody needs the network to read it. Null: of ours, beside the vocabulary.
CONTEXT: dict[str, Any] = {
    "dpv": DPV,
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "schema_version": "dct:conformsTo",
    "record_id": "dpv:hasIdentifier",
    "receipt_id": "dct:identifier",
    "issued_at": {"@id": "dct:created", **_TIME},
    "pii_principal_id": "dpv:hasDataSubject",
    "language": "dct:language",
    "jurisdiction": {"@id": "dpv:hasJurisdiction", **_IRI},
    "parties": "dpv:hasEntity",
    "party_id": "dpv:hasIdentifier",
    "party_name": "dpv:hasName",
    "party_address": "dpv:hasAddress",
    "party_contact": "dpv:hasContact",
    "party_email": "dpv:hasContact",
    "party_phone": "dpv:hasContact",
    "party_url": "dpv:hasContact",
    "party_type": {"@id": "dct:type", **_IRI},
    "party_role": {"@id": "dpv:hasRole", **_IRI},
    "processing": "dpv:hasProcess",
    "purpose": "dct:title",
    "purpose_type": {"@id": "dpv:hasPurpose", **_IRI},
    "lawful_basis": {"@id": "dpv:hasLegalBasis", **_IRI},
    "privacy_notice": "dpv:hasNotice",
    "pii_information": "dpv:hasPersonalData",
    "pii_type": {"@id": "dct:type", **_IRI},
    "pii_attribute_id": "dct:identifier",
    "pii_optional": "dpv:isOptional",
    "pii_controllers": "dpv:hasDataController",
    "collection_method": "dct:source",
    "data_source": {"@id": "dpv:hasDataSource", **_IRI},
    "processing_method": {"@id": "dpv:hasProcessing", **_IRI},
    "processing_locations": {"@id": "dpv:hasLocation", **_IRI},
    "storage_locations": "dpv:hasLocation",
    "retention_period": {"@id": "dpv:hasDuration", "@type": "xsd:duration"},
    "recipient_third_parties": "dpv:hasRecipientThirdParty",
    "withdrawal_method": "dpv:hasConsentControl",
    "privacy_rights": {"@id": "dpv:hasRight", **_IRI},
    "authority_party": "dpv:hasAuthority",
    "service": "dpv:hasService",
    "events": "dpv:hasConsentStatus",
    "event_time": {"@id": "dct:date", **_TIME},
    "event_type": {"@id": "dct:type", **_IRI},
    "event_state": {"@id": "dct:subject", **_IRI},
    "validity_duration": {"@id": "dpv:hasDuration", **_IRI},
    "entity_id": "dct:creator",
    "text": "dct:description",
    **dict.fromkeys(
        (
            "format",
            "proof",
            "key",
            "signature",
            "words",
            "sha256",
            "sensitive",
            "ledger_seq",
            "geographic_restrictions",
            "codes_of_conduct",
            "impact_assessment",
        )
    ),
}

PURPOSES = {
    PurposeKind.NEWSLETTER: "DirectMarketing",
    PurposeKind.OPENS: "ServiceUsageAnalytics",
    PurposeKind.CLICKS: "ServiceUsageAnalytics",
    PurposeKind.PARTNER: "DirectMarketing",
}
# What is done with the data, for each purpose.
OPERATIONS = {
    PurposeKind.NEWSLETTER: ("Collect", "Store", "Use", "Erase"),
    PurposeKind.OPENS: ("Collect", "Store", "Analyse", "Anonymise", "Erase"),
    PurposeKind.CLICKS: ("Collect", "Store", "Analyse", "Anonymise", "Erase"),
    PurposeKind.PARTNER: ("Collect", "Store", "Share", "Erase"),
}
_ADDRESS = ("email", PD + "EmailAddress", False)
# Name of the field, its type, whether one may leave it out.
PERSONAL_DATA = {
    PurposeKind.NEWSLETTER: (_ADDRESS, ("name", PD + "Name", True)),
    PurposeKind.OPENS: (("opens", PD + "ServiceConsumptionBehavior", False),),
    PurposeKind.CLICKS: (("clicks", PD + "ServiceConsumptionBehavior", False),),
    PurposeKind.PARTNER: (_ADDRESS,),
}
BASES = {
    Basis.CONSENT: "A6-1-a",
    Basis.EXISTING_CUSTOMER: "A6-1-f",
    Basis.LEGITIMATE_INTEREST: "A6-1-f",
}
# Which rights come with which basis (DPV's own table); objecting to marketing always does (21(2)).
_ALWAYS = ("A13", "A14", "A15", "A16", "A17", "A18", "A21", "A22", "A77")
RIGHTS = {
    Basis.CONSENT: ("A7-3", "A20", *_ALWAYS),
    Basis.EXISTING_CUSTOMER: _ALWAYS,
    Basis.LEGITIMATE_INTEREST: _ALWAYS,
}
_AGREED = {
    State.PENDING: "ConsentRequested",
    State.GIVEN: "ConsentGiven",
    State.REFUSED: "ConsentRefused",
    State.WITHDRAWN: "ConsentWithdrawn",
}
_INFORMED = {
    State.PENDING: "LegitimateInterestInformed",
    State.GIVEN: "LegitimateInterestInformed",
    State.REFUSED: "LegitimateInterestObjected",
    State.WITHDRAWN: "LegitimateInterestObjected",
}
# The French authority: where a complaint goes (GDPR article 77).
CNIL = {
    "party_id": "cnil",
    "party_name": "Commission nationale de l’informatique et des libertés (CNIL)",
    "party_address": "3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07",
    "party_contact": "https://www.cnil.fr/fr/plaintes",
    "party_url": "https://www.cnil.fr",
    "party_type": DPV + "DataProtectionAuthority",
    "party_role": DPV + "Authority",
}


def personal_data(kind: PurposeKind) -> list[dict[str, Any]]:
    """What is known of a person for this purpose; nothing of it is of a special category."""
    return [
        {
            "pii_attribute_id": name,
            "pii_type": what,
            "pii_optional": is_optional,
            "sensitive": False,
        }
        for name, what, is_optional in PERSONAL_DATA[kind]
    ]


def status(state: State, basis: Basis) -> dict[str, str]:
    """What kind of answer it was, and where it leaves the person."""
    if basis is Basis.CONSENT:
        kind, states = "ExplicitlyExpressedConsent", _AGREED
    else:
        kind, states = "LegitimateInterest", _INFORMED
    return {
        "event_type": DPV + kind,
        "event_state": DPV + states[state],
        "validity_duration": DPV + "UntilEventDuration",
    }
