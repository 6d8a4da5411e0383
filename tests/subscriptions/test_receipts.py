"""The receipt of what a person said: theirs, signed, and telling nothing of others."""

import json
from datetime import timedelta

import pytest

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says, subscriber
from webapp.consent import signing, verifying_files
from webapp.consent.models import Basis, PurposeKind, State
from webapp.consent.verifying import NotProven
from webapp.contacts import editing
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.subscriptions import fresh_links, receipt_terms, receipts, subscribing
from webapp.subscriptions.agreeing import Asked

# ISO/IEC TS 27560:2023, clause by clause: what a receipt must have, whoever issues it.
HEADER = {"schema_version", "record_id", "receipt_id", "pii_principal_id"}
PROCESSING = {
    "privacy_notice",
    "language",
    "purpose",
    "lawful_basis",
    "pii_information",
    "pii_controllers",
    "storage_locations",
    "retention_period",
    "jurisdiction",
    "recipient_third_parties",
    "withdrawal_method",
}
OPTIONAL = {
    "purpose_type",
    "collection_method",
    "processing_method",
    "processing_locations",
    "geographic_restrictions",
    "service",
    "privacy_rights",
    "codes_of_conduct",
    "impact_assessment",
    "authority_party",
}
PII = {"pii_type", "pii_attribute_id", "pii_optional", "sensitive"}
PARTY = {"party_id", "party_address", "party_name", "party_contact", "party_type"}
EVENT = {"event_time", "validity_duration", "entity_id", "event_type", "event_state"}
# May be empty: nothing is known to be there.
EMPTY = {"recipient_third_parties", "geographic_restrictions", "codes_of_conduct"}


@pytest.fixture
def letter(workspace):
    return make_list(workspace)


@pytest.fixture
def anna(workspace, letter):
    subscriber(workspace, letter, "berta@example.org")
    anna = subscriber(workspace, letter, "anna@example.org", opens=True)
    says(anna, purpose_of(letter), State.WITHDRAWN)
    db.session.commit()
    return anna


def verified(told, path):
    path.write_text(json.dumps(told, indent=2))
    return verifying_files.check_file(path, signing.public_key())


def test_it_has_every_field_the_standard_asks_for_and_none_of_them_is_empty(
    workspace, anna
):
    told = receipts.receipt(workspace, anna)
    assert all(told[name] for name in HEADER)
    parties = {party["party_id"]: party for party in told["parties"]}
    for party in told["parties"]:
        assert all(party[name] for name in PARTY)
    for each in told["processing"]:
        assert each.keys() >= PROCESSING | OPTIONAL
        assert all(each[name] for name in PROCESSING - EMPTY)
        assert all(pii.keys() >= PII for pii in each["pii_information"])
        assert set(each["pii_controllers"] + each["authority_party"]) <= set(parties)
        assert all(event[name] for event in each["events"] for name in EVENT)
    assert parties[str(workspace.id)]["party_name"] == "Maison Tilleul SARL"
    assert parties["cnil"]["party_type"].endswith("#DataProtectionAuthority")


def test_it_tells_each_answer_in_the_terms_of_dpv(workspace, anna):
    told = receipts.receipt(workspace, anna)
    newsletter = told["processing"][-1]
    assert newsletter["purpose_type"] == "https://w3id.org/dpv#DirectMarketing"
    assert newsletter["lawful_basis"].endswith("/legal/eu/gdpr#A6-1-a")
    states = [event["event_state"] for event in newsletter["events"]]
    assert [state.partition("#")[2] for state in states] == [
        "ConsentGiven",
        "ConsentWithdrawn",
    ]


@pytest.mark.parametrize("basis", [Basis.EXISTING_CUSTOMER, Basis.LEGITIMATE_INTEREST])
def test_what_was_no_consent_is_not_called_one(basis):
    for state in State:
        told = receipt_terms.status(state, basis)
        assert "Consent" not in told["event_type"] + told["event_state"]
    assert "A7-3" not in receipt_terms.RIGHTS[basis]
    assert "A21" in receipt_terms.RIGHTS[basis]


def keys_in(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in {"proof", "@context"}:
                yield from keys_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_in(inner)


def test_its_context_is_in_it_and_gives_every_field_a_meaning(workspace, anna):
    told = receipts.receipt(workspace, anna)
    context = told["@context"]
    unknown = set(keys_in(told)) - set(context) - {"@context", "@type"}
    assert unknown == set()
    for name, meaning in context.items():
        written = meaning["@id"] if isinstance(meaning, dict) else meaning
        if written is not None:
            prefix = str(written).partition(":")[0]
            assert prefix in {"dpv", "dct", "https", "http"}, name


def test_every_purpose_and_every_basis_has_its_terms():
    for table in (
        receipt_terms.PURPOSES,
        receipt_terms.OPERATIONS,
        receipt_terms.PERSONAL_DATA,
    ):
        assert set(table) == set(PurposeKind)
    assert set(receipt_terms.BASES) == set(receipt_terms.RIGHTS) == set(Basis)


def test_it_verifies_on_its_own_and_no_longer_once_edited(workspace, anna, tmp_path):
    told = receipts.receipt(workspace, anna)
    path = tmp_path / "receipt.json"
    assert "3 events" in verified(told, path)
    told["processing"][0]["events"][0]["event_time"] = "2020-01-01T00:00:00.000000Z"
    with pytest.raises(NotProven, match="signature"):
        verified(told, path)


def test_nothing_of_others_is_in_it(workspace, anna):
    told = receipts.receipt(workspace, anna)
    assert "berta" not in json.dumps(told)
    assert {link["row"]["contact"] for link in told["proof"]} == {anna.id}


def test_the_person_takes_it_from_their_page(client, anna, tmp_path):
    door = fresh_links.url(anna).removeprefix("http://volontiers.test")
    assert f'href="{door}/receipt"' in client.get(door).text
    answer = client.get(f"{door}/receipt")
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "3 events" in verified(answer.json, tmp_path / "receipt.json")
    # Whoever is shown the receipt cannot act for the person.
    assert door.rpartition("/")[2] not in answer.text


def test_the_person_reads_and_prints_it_in_the_language_of_the_page(client, anna):
    door = fresh_links.url(anna).removeprefix("http://volontiers.test")
    assert f'href="{door}/receipt.html"' in client.get(door).text
    page = client.get(f"{door}/receipt.html?lang=en")
    assert page.status_code == 200
    assert "anna@example.org" in page.text
    for words in ("La lettre du Tilleul", "Measuring of opens", "CNIL", "Withdrew"):
        assert words in page.text
    assert signing.public_key() in page.text
    assert f'href="{door}/receipt"' in page.text
    assert "<script" not in page.text


def test_it_is_there_once_the_person_confirmed_and_not_before(
    client, workspace, letter
):
    clara = make_contact(workspace)
    subscribing.ask(letter, clara, asked=Asked())
    mail = db.session.query(Message).one()
    door = mail.content["values"]["url"].removeprefix("http://volontiers.test")
    db.session.commit()
    assert client.get(f"{door}/receipt").mimetype == "text/html"
    assert f'href="{door}/receipt"' in client.post(door).text
    assert len(client.get(f"{door}/receipt").json["proof"]) == 2
    assert "/receipt" in client.get(f"{door}/receipt.html").text


@pytest.fixture
def confirmed(client, workspace, letter):
    """Clara has just confirmed; the address of her confirmation."""
    clara = make_contact(workspace, "clara@example.org")
    subscribing.ask(letter, clara, asked=Asked())
    mail = db.session.query(Message).one()
    door = mail.content["values"]["url"].removeprefix("http://volontiers.test")
    db.session.commit()
    client.post(door)
    return door


def test_a_confirmation_that_is_passed_on_later_gives_no_receipt(client, confirmed):
    with clock.stopped(clock.now() + timedelta(days=1, minutes=1)):
        assert "/receipt" not in client.get(confirmed).text
        assert client.get(f"{confirmed}/receipt").mimetype == "text/html"


def test_the_mailbox_somebody_left_gets_no_receipt_of_theirs(
    client, workspace, confirmed
):
    clara = db.session.query(Contact).filter_by(email="clara@example.org").one()
    editing.move(workspace, clara, "clara@elsewhere.example", "contact.address_changed")
    db.session.commit()
    assert "/receipt" not in client.get(confirmed).text
    assert client.get(f"{confirmed}/receipt").mimetype == "text/html"


def test_a_door_nobody_was_given_has_no_receipt(client):
    unknown = client.get("/p/nothing").text
    for door in ("/p/nothing/receipt", "/y/nothing/receipt"):
        assert client.get(door).mimetype == "text/html"
        for name in (door, f"{door}.html"):
            assert client.get(name).text.replace(name, "") == unknown.replace(
                "/p/nothing", ""
            )
