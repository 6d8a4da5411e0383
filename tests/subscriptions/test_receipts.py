"""The receipt of what a person said: theirs, signed, and telling nothing of others."""

import json
from datetime import timedelta

import pytest

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says, subscriber
from webapp.consent import signing, verifying_files
from webapp.consent.models import State
from webapp.consent.verifying import NotProven
from webapp.contacts import editing
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.subscriptions import fresh_links, receipts, subscribing
from webapp.subscriptions.agreeing import Asked

# ISO/IEC TS 27560:2023: what a receipt must have, whoever issues it.
HEADER = {"schema_version", "record_id", "receipt_id", "pii_principal_id"}
PROCESSING = {
    "purpose",
    "lawful_basis",
    "privacy_notice",
    "pii_information",
    "retention_period",
    "storage_locations",
    "recipient_third_parties",
    "withdrawal_method",
}
EVENT = {"event_time", "validity_duration", "entity_id", "event_type", "event_state"}


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


def test_it_has_what_the_standard_asks_for(workspace, anna):
    told = receipts.receipt(workspace, anna)
    assert told.keys() >= HEADER
    assert told["pii_controllers"][0]["party_name"] == "Maison Tilleul SARL"
    for each in told["processing"]:
        assert each.keys() >= PROCESSING
        assert all(event.keys() >= EVENT for event in each["events"])
    states = [event["event_state"] for event in told["processing"][-1]["events"]]
    assert [state.partition("#")[2] for state in states] == [
        "ConsentGiven",
        "ConsentWithdrawn",
    ]


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
    for door in ("/p/nothing/receipt", "/y/nothing/receipt"):
        assert client.get(door).mimetype == "text/html"
