"""The person's own page."""

import pytest
from sqlalchemy import select

from tests.factories.accounts import workspace as make_workspace
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says, subscriber
from webapp.consent import ledger, purposes
from webapp.consent.models import ConsentEvent, State
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.messages import addressing
from webapp.messages.mail_tokens import Kind
from webapp.messages.models import Message
from webapp.subscriptions import editing


@pytest.fixture
def letter(workspace):
    return make_list(workspace)


@pytest.fixture
def offers(workspace):
    return make_list(
        workspace, name="Offres", purpose_text="Je veux recevoir les offres."
    )


@pytest.fixture
def anna(workspace, letter, offers):
    made = subscriber(
        workspace, letter, "anna@example.org", clicks=True, first_name="Anna"
    )
    db.session.commit()
    return made


@pytest.fixture
def door(workspace, anna):
    return "/p/" + addressing.tokens().sign(Kind.PREFERENCES, workspace.id, anna.id)


def sent(**changes):
    form = {"first_name": "Anna", "last_name": "", "language": "fr", **changes}
    return {name: value for name, value in form.items() if value is not None}


def state(contact, purpose):
    db.session.rollback()
    found = ledger.state_of(contact, purpose)
    return found.state if found else None


def test_the_page_shows_each_thing_apart_with_its_words(client, door):
    page = client.get(door).get_data(as_text=True)
    assert page.count('type="checkbox"') == 4
    assert page.count(" checked") == 2
    assert "Je veux recevoir la lettre du Tilleul." in page
    assert "Je veux recevoir les offres." in page
    assert "a…@example.org" in page


@pytest.mark.covers("consent-3")
def test_only_what_changed_is_recorded_and_nothing_implies_another(
    client, door, anna, letter, offers, workspace
):
    before = len(ledger.history(anna))
    client.post(door, data=sent(list=[letter.id, offers.id], clicks="on"))
    assert state(anna, purpose_of(offers)) == State.GIVEN
    assert state(anna, purposes.measuring(workspace).opens) is None
    assert len(ledger.history(anna)) == before + 1


@pytest.mark.covers("consent-25")
@pytest.mark.covers("consent-38")
def test_refusing_to_be_measured_does_not_unsubscribe(
    client, door, anna, letter, workspace
):
    client.post(door, data=sent(list=[letter.id]))
    assert state(anna, purposes.measuring(workspace).clicks) == State.WITHDRAWN
    assert state(anna, purpose_of(letter)) == State.GIVEN


@pytest.mark.covers("consent-31")
def test_opens_are_agreed_to_with_the_words_beside_the_box(
    client, door, anna, letter, workspace
):
    client.post(door, data=sent(list=[letter.id], opens="on", clicks="on"))
    opens = purposes.measuring(workspace).opens
    assert state(anna, opens) == State.GIVEN
    last = db.session.scalars(
        select(ConsentEvent).where(ConsentEvent.purpose_id == opens.id)
    ).one()
    assert (last.method, last.text_id is not None) == ("preferences", True)


def test_name_and_language_are_saved_on_one_line(client, door, anna):
    client.post(
        door, data=sent(first_name="Ann\r\ne", last_name="Meyer", language="en")
    )
    db.session.rollback()
    known = db.session.get_one(Contact, anna.id)
    assert (known.first_name, known.last_name, known.language) == (
        "Ann e",
        "Meyer",
        "en",
    )


def test_a_language_we_do_not_speak_is_not_taken(client, door, anna):
    client.post(door, data=sent(language="xx"))
    db.session.rollback()
    assert db.session.get_one(Contact, anna.id).language == "fr"


@pytest.mark.covers("consent-25")
def test_leave_everything_empties_every_box(client, door, anna, workspace):
    page = client.post(door, data={"leave": "1"}).get_data(as_text=True)
    assert " checked" not in page
    assert suppression.is_suppressed(workspace, anna.email)


@pytest.mark.covers("consent-26")
def test_after_never_again_a_box_asks_for_a_confirmation_by_mail(
    client, door, anna, letter, workspace
):
    client.post(door, data={"leave": "1"})
    client.post(door, data=sent(list=[letter.id]))
    assert suppression.is_suppressed(workspace, anna.email)
    assert state(anna, purpose_of(letter)) == State.WITHDRAWN
    assert [mail.kind for mail in db.session.scalars(select(Message))] == [
        "confirmation"
    ]


def test_lists_of_another_workspace_cannot_be_joined(client, door, anna):
    other = make_workspace(slug="ailleurs")
    foreign = make_list(other)
    db.session.commit()
    client.post(door, data=sent(list=[foreign.id]))
    assert state(anna, purpose_of(foreign)) is None


def test_an_archived_list_is_not_offered(client, door, workspace, offers):
    editing.archive(workspace, offers)
    db.session.commit()
    assert "Je veux recevoir les offres." not in client.get(door).get_data(as_text=True)


def test_an_erased_contact_has_no_page(client, door, anna):
    db.session.delete(db.session.merge(anna))
    db.session.commit()
    page = client.get(door).get_data(as_text=True)
    assert "Tilleul" not in page
    unknown = client.get("/p/nothing").get_data(as_text=True)
    assert page.replace(door, "") == unknown.replace("/p/nothing", "")


def test_a_consent_given_elsewhere_is_not_lost_by_saving(client, door, anna, letter):
    says(anna, purpose_of(letter), State.GIVEN)
    db.session.commit()
    client.post(door, data=sent(list=[letter.id], clicks="on"))
    assert state(anna, purpose_of(letter)) == State.GIVEN
