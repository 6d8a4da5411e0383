"""What was mailed to an address that was given up goes on working."""

import pytest

from tests.factories import audience as make
from webapp.consent import ledger
from webapp.consent.models import Purpose, State
from webapp.core.db import db
from webapp.duplicates import merging
from webapp.messages import addressing
from webapp.messages.mail_tokens import Kind


@pytest.fixture
def letter(workspace):
    return make.mailing_list(workspace)


@pytest.fixture
def merged(workspace, letter):
    """Who is on the list, and the number of whom they absorbed."""
    anna, other = make.subscriber(workspace, letter), make.subscriber(workspace, letter)
    former = other.id
    merging.merge(workspace, anna, other, None)
    db.session.commit()
    return anna, former


def test_the_unsubscribe_link_of_the_former_address_works(client, letter, merged):
    anna, former = merged
    token = addressing.tokens().sign(
        Kind.UNSUBSCRIBE, anna.workspace_id, former, letter.id, 0
    )
    client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
    purpose = db.session.get(Purpose, letter.purpose_id)
    assert ledger.state_of(anna, purpose).state == State.WITHDRAWN


def test_an_old_link_shows_nobody_the_address_that_is_written_to(
    client, merged, workspace
):
    anna, former = merged
    url = addressing.urls().preferences(workspace=workspace.id, contact=former)
    page = client.get(url.removeprefix("http://volontiers.test"))
    assert page.status_code == 200
    assert anna.email not in page.text


def test_the_proof_of_a_former_contact_is_still_to_be_had(owner, merged):
    anna, former = merged
    page = owner.get(f"/w/maison-tilleul/contacts/{anna.id}/consent").text
    assert "Said as" in page
    address = f"/w/maison-tilleul/contacts/{anna.id}/consent/proof"
    answer = owner.post(address, data={"former": former})
    assert answer.mimetype == "application/zip"
    assert owner.post(address, data={"former": former + 1}).status_code == 404


def test_the_search_box_finds_a_former_address(owner, workspace, letter):
    anna = make.subscriber(workspace, letter, last_name="Martin")
    other = make.contact(workspace, email="Old.Address@example.org")
    merging.merge(workspace, anna, other, None)
    db.session.commit()
    for typed in ("old.address@example.org", "old.a"):
        page = owner.get("/w/maison-tilleul/contacts/", query_string={"q": typed})
        assert f"/contacts/{anna.id}" in page.text
    assert "Former addresses" not in owner.get("/w/maison-tilleul/contacts/?q=%25").text
