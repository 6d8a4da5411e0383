"""The person's own page, behind a link that was mailed to them a short while ago."""

import html
import re
from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from tests.factories import audience as make_audience
from tests.factories import widgets as make_widgets
from tests.factories.accounts import workspace as make_workspace
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says, subscriber
from webapp.accounts.models import AuditEntry
from webapp.consent import ledger, purposes
from webapp.consent.models import ConsentEvent, Purpose, ShownText, State
from webapp.contacts import attributes
from webapp.contacts.models import AttributeKind, Contact
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.messages.models import Message
from webapp.subscriptions import editing, fresh_links, partners
from webapp.subscriptions.partners import Description


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
def door(anna):
    """The page behind a fresh link."""
    return fresh_links.url(anna).removeprefix("http://volontiers.test")


def sent(**changes):
    form = {"first_name": "Anna", "last_name": "", "language": "fr", **changes}
    return {name: value for name, value in form.items() if value is not None}


def ticked(page):
    return re.findall(r'type="checkbox" name="(\w+)"[^>]* checked', page)


def shown_with(client, door):
    """What an open page sends along: what it showed, so that it undoes nothing newer."""
    page = client.get(door).get_data(as_text=True)
    found = re.findall(
        r'<input type="hidden" name="(shown|was-[^"]+)" value="([^"]*)"', page
    )
    return MultiDict([(name, html.unescape(value)) for name, value in found])


def known(contact):
    db.session.rollback()
    return db.session.get_one(Contact, contact.id)


def state(contact, purpose):
    db.session.rollback()
    found = ledger.state_of(contact, purpose)
    return found.state if found else None


def test_the_page_shows_each_thing_apart_with_its_words(client, door):
    page = client.get(door).get_data(as_text=True)
    assert page.count('type="checkbox"') == 4
    assert ticked(page) == ["list", "clicks"]
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
    now = known(anna)
    assert (now.first_name, now.last_name, now.language) == ("Ann e", "Meyer", "en")


def test_a_language_we_do_not_speak_is_not_taken(client, door, anna):
    client.post(door, data=sent(language="xx"))
    assert known(anna).language == "fr"


@pytest.mark.covers("consent-25")
def test_leave_everything_empties_every_box(client, door, anna, workspace):
    page = client.post(door, data={"leave": "1"}).get_data(as_text=True)
    assert ticked(page) == []
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


def test_several_choices_and_an_address_are_filled_in_and_emptied(
    client, door, anna, workspace
):
    teas = attributes.declare(
        workspace, "Thés", AttributeKind.CHOICES, ["Vert", "Noir", "Blanc"]
    )
    home = attributes.declare(workspace, "Livraison", AttributeKind.ADDRESS, [])
    for field in (teas, home):
        attributes.ask_people(field, asked=True)
    db.session.commit()
    envelope = "3 quai Sud\r\n44000 Nantes\r\nFrance"
    filled = {
        "attr:thes": ["Noir", "Vert"],
        "was-attr:thes": "",
        "attr:livraison": envelope,
        "was-attr:livraison": "",
    }
    client.post(door, data=sent(**filled))
    place = {
        "street": "3 quai Sud",
        "postcode": "44000",
        "city": "Nantes",
        "country": "FR",
    }
    assert known(anna).attributes == {"thes": ["Vert", "Noir"], "livraison": place}
    page = client.get(door).get_data(as_text=True)
    boxes = re.findall(r'name="attr:thes" value="(\w+)" checked', page)
    assert boxes == ["Vert", "Noir"]
    # The boxes are empty now; the address nobody touched.
    client.post(door, data=shown_with(client, door))
    assert known(anna).attributes == {"livraison": place}


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


def test_a_page_left_open_undoes_nothing_that_was_chosen_since(
    client, door, anna, letter, offers
):
    open_page = shown_with(client, door)
    # In another tab: off the letter, on the offers, fewer messages, another name.
    client.post(
        door,
        data=sent(
            list=[offers.id], frequency="monthly", first_name="Anne", clicks="on"
        ),
    )
    # In the first one, only the last name is typed.
    stale = sent(list=[letter.id], frequency="all", last_name="Meyer", clicks="on")
    client.post(door, data=MultiDict([*open_page.items(multi=True), *_pairs(stale)]))
    assert state(anna, purpose_of(letter)) == State.WITHDRAWN
    assert state(anna, purpose_of(offers)) == State.GIVEN
    now = known(anna)
    assert (now.first_name, now.last_name, now.frequency) == (
        "Anne",
        "Meyer",
        "monthly",
    )


def _pairs(form):
    return [
        (name, each)
        for name, value in form.items()
        for each in (value if isinstance(value, list) else [value])
    ]


def test_only_fields_we_hold_or_ask_for_are_on_the_page(
    client, door, anna, workspace, letter
):
    fields = 'name="(postcode|birth_date|phone|city|civility)"'
    assert re.findall(fields, client.get(door).text) == []
    make_widgets.widget(workspace, letter, fields=["postcode"])
    db.session.merge(anna).phone = "06 12 34 56 78"
    db.session.commit()
    assert re.findall(fields, client.get(door).text) == ["postcode", "phone"]


def test_fields_of_the_workspace_are_there_only_if_people_are_asked_them(
    client, door, anna, workspace
):
    size = make_audience.attribute(workspace, "pointure", AttributeKind.NUMBER)
    make_audience.attribute(workspace, "score", AttributeKind.NUMBER)
    size.asked_of_people = True
    db.session.merge(anna).attributes = {"score": 7}
    db.session.commit()
    assert "Score" not in client.get(door).text
    client.post(door, data=sent(**{"attr:pointure": "38", "attr:score": "99"}))
    assert known(anna).attributes == {"score": 7, "pointure": 38}
    client.post(door, data=sent(**{"attr:pointure": ""}))
    assert known(anna).attributes == {"score": 7}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"birth_date": "yesterday"}, "birth_date"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"attr:pointure": "large"}, "attr:pointure"),
        ({"pause": "day", "pause_day": "2001-01-01"}, "pause_day"),
        ({"pause": "day", "pause_day": "2999-01-01"}, "pause_day"),
        ({"pause": "day", "pause_day": ""}, "pause_day"),
        ({"pause_day": "x" * 5000}, "pause_day"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_saved(
    client, door, anna, workspace, wrong, field
):
    size = make_audience.attribute(workspace, "pointure", AttributeKind.NUMBER)
    size.asked_of_people = True
    db.session.merge(anna).birth_date = date(1990, 5, 1)
    db.session.commit()
    answer = client.post(door, data=sent(first_name="Anne", **wrong))
    assert answer.status_code == 422
    control = re.search(f'<input[^>]* name="{field}"[^>]*>', answer.text)[0]
    assert 'aria-invalid="true"' in control
    assert 'value="Anne"' in answer.text
    assert known(anna).first_name == "Anna"


def test_a_choice_made_beside_a_mistake_counts_once_the_mistake_is_mended(
    client, door, anna
):
    wrong = MultiDict([*shown_with(client, door).items(multi=True)])
    wrong.update({"frequency": "weekly", "language": "en", "pause_day": "2001-01-01"})
    page = client.post(door, data=wrong).text
    mended = dict(re.findall(r'name="(was-[^"]+)" value="([^"]*)"', page))
    assert re.search(r'value="weekly" checked', page)
    assert re.search(r'value="en" selected', page)
    client.post(door, data={**mended, "frequency": "weekly", "language": "en"})
    now = known(anna)
    assert (now.frequency, now.language) == ("weekly", "en")


@pytest.mark.parametrize("bad", ["\0", "a\0b"])
def test_a_nul_is_no_answer(client, door, anna, bad):
    assert client.post(door, data=sent(first_name=bad)).status_code == 400
    assert known(anna).first_name == "Anna"


def test_a_long_name_is_cut_where_the_field_ends(client, door, anna):
    client.post(door, data=sent(first_name="Aa" * 2500))
    assert known(anna).first_name == "Aa" * 50


def test_a_birthday_can_be_corrected_and_removed(client, door, anna):
    db.session.merge(anna).birth_date = date(1990, 5, 1)
    db.session.commit()
    client.post(door, data=sent(birth_date="1991-05-01"))
    assert known(anna).birth_date == date(1991, 5, 1)
    client.post(door, data=sent(birth_date=""))
    assert known(anna).birth_date is None


def test_a_pause_is_shown_with_its_day_and_ends_at_once_if_one_wants(
    client, door, anna, stopped_clock
):
    page = client.post(door, data=sent(pause="3")).text
    assert known(anna).paused_until == date(2027, 2, 10)
    assert "10 février 2027" in page
    assert 'name="resume"' in page
    page = client.post(door, data={"resume": "1"}).text
    assert known(anna).paused_until is None
    assert 'name="resume"' not in page


def test_saving_other_things_leaves_a_pause_as_it_is(client, door, anna, stopped_clock):
    client.post(door, data=sent(pause="day", pause_day="2026-12-01"))
    client.post(door, data=sent(pause="", last_name="Meyer"))
    assert known(anna).paused_until == date(2026, 12, 1)


def test_partners_are_named_and_left_one_by_one(client, door, anna, workspace):
    bees, tea = (
        partners.create(
            workspace, Description(name, "https://partenaire.example", "des offres.")
        )
        for name in ("Les Ruchers", "Thés du Monde")
    )
    for one in (bees, tea):
        says(anna, db.session.get_one(Purpose, one.purpose_id), State.GIVEN)
    db.session.commit()
    page = client.get(door).text
    assert "Les Ruchers" in page
    assert "Thés du Monde" in page
    client.post(door, data=sent(partner=[tea.id]))
    assert state(anna, db.session.get_one(Purpose, bees.purpose_id)) == State.WITHDRAWN
    assert state(anna, db.session.get_one(Purpose, tea.purpose_id)) == State.GIVEN


def test_the_proof_has_the_sentence_in_the_language_it_was_read_in(
    client, door, anna, offers
):
    offers.texts = {"en": {"purpose": "I want the offers."}}
    db.session.commit()
    assert "I want the offers." in client.get(door + "?lang=en").text
    client.post(door + "?lang=en", data=sent(list=[offers.id]))
    [event] = db.session.scalars(
        select(ConsentEvent).where(ConsentEvent.purpose_id == offers.purpose_id)
    )
    words = db.session.get_one(ShownText, event.text_id)
    assert (words.body, words.locale) == ("I want the offers.", "en")


def test_the_page_weighs_little_and_sets_no_cookie(client, door):
    answer = client.get(door)
    assert len(answer.data) < 30_000
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text


def test_what_a_person_changes_of_their_data_is_in_the_log_without_the_values(
    client, door, anna
):
    client.post(door, data=sent(last_name="Meyer", language="en"))
    [entry] = db.session.scalars(
        select(AuditEntry).where(AuditEntry.target_kind == "contact")
    )
    assert entry.action == "contact.changed_by_themselves"
    assert entry.detail == {"fields": ["language", "last_name"]}
    assert entry.user_id is None
