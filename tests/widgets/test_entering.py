"""What a sign-up becomes: each box apart, in the words the person saw, and nothing that was not asked."""

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from tests.factories import audience
from tests.factories import widgets as make
from webapp.consent import ledger, purposes
from webapp.consent.models import ConsentEvent, Purpose, ShownText, State
from webapp.contacts.models import AttributeKind, Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.subscriptions import editing, partners, translating, wording
from webapp.subscriptions.models import OptIn
from webapp.subscriptions.partners import Description
from webapp.subscriptions.translating import Words
from webapp.widgets import entering, intake, publishing, queries
from webapp.widgets.design import Design
from webapp.widgets.entering import Entry, EntryIsNotValid
from webapp.widgets.guarding import Visitor

ADDRESS = "camille@example.org"


@pytest.fixture
def letter(workspace):
    return make.mailing_list(workspace, opt_in=OptIn.SINGLE)


@pytest.fixture
def bees(workspace):
    told = Description("Les Ruchers", "https://ruchers.example", "des offres")
    return partners.create(workspace, told)


@pytest.fixture
def mill(workspace):
    told = Description("Le Moulin", "https://moulin.example", "ses recettes")
    return partners.create(workspace, told)


@pytest.fixture
def widget(workspace, letter, bees, mill):
    return make.widget(workspace, letter, partners=[bees.id, mill.id])


def enter(widget, version=None, **typed):
    several = MultiDict({"email": ADDRESS, **typed})
    shown = version or queries.latest_version(widget)
    entering.enter(widget, shown, several, Visitor())
    carry_out()


def carry_out():
    """What the worker does with what came in."""
    for sign_up_id in intake.waiting(clock.now()):
        entering.take(sign_up_id)
    db.session.flush()


def given():
    """The purposes that were agreed to, by the words that were seen."""
    rows = db.session.execute(
        select(ConsentEvent.purpose_id, ShownText.body)
        .join(ShownText, ShownText.id == ConsentEvent.text_id)
        .where(ConsentEvent.state == State.GIVEN)
    )
    return {row.purpose_id: row.body for row in rows}


@pytest.mark.covers("consent-3")
def test_a_sign_up_with_every_box_empty_is_a_yes_to_the_list_alone(widget, letter):
    enter(widget)
    assert set(given()) == {letter.purpose_id}


@pytest.mark.covers("consent-3")
def test_ticking_one_partner_never_sets_another(widget, letter, bees):
    enter(widget, partner=str(bees.id))
    assert given() == {
        letter.purpose_id: letter.purpose_text,
        bees.purpose_id: partners.sentence(bees, "fr"),
    }


@pytest.mark.covers("consent-3")
def test_each_box_sets_its_own_purpose(widget, workspace, letter, bees, mill):
    enter(widget, opens="yes", clicks="yes", partner=[str(bees.id), str(mill.id)])
    measuring = purposes.measuring(workspace)
    wanted = {measuring.opens.id, measuring.clicks.id, letter.purpose_id}
    assert set(given()) == wanted | {bees.purpose_id, mill.purpose_id}


@pytest.mark.covers("consent-3")
@pytest.mark.parametrize("ticked", ["opens", "clicks"])
def test_ticking_one_measure_never_sets_another(widget, workspace, letter, ticked):
    enter(widget, **{ticked: "yes"})
    measuring = purposes.measuring(workspace)
    own = getattr(measuring, ticked).id
    assert set(given()) == {letter.purpose_id, own}


def test_a_sign_up_that_comes_twice_says_nothing_twice(widget, bees):
    for _ in range(3):
        enter(widget, partner=str(bees.id))
    assert len(db.session.scalars(select(ConsentEvent)).all()) == 2
    assert len(db.session.scalars(select(Contact)).all()) == 1


def test_somebody_on_the_list_can_still_say_yes_to_a_partner(widget, letter, bees):
    enter(widget)
    enter(widget, partner=str(bees.id))
    assert set(given()) == {letter.purpose_id, bees.purpose_id}


@pytest.mark.covers("consent-15")
@pytest.mark.parametrize("value", ["", "yes", "0", "-1", "٣", "9" * 40, "1 2"])
def test_a_number_that_was_not_offered_is_no_partner(widget, letter, value):
    enter(widget, partner=value)
    assert set(given()) == {letter.purpose_id}


@pytest.mark.covers("consent-15")
def test_a_partner_the_form_does_not_offer_is_not_agreed_to(
    workspace, letter, bees, mill
):
    widget = make.widget(workspace, letter, partners=[bees.id])
    enter(widget, partner=[str(mill.id), str(bees.id)])
    assert set(given()) == {letter.purpose_id, bees.purpose_id}


def test_a_partner_that_was_archived_meanwhile_gets_nobody(
    workspace, widget, letter, bees
):
    shown = queries.latest_version(widget)
    partners.archive(workspace, bees)
    enter(widget, shown, partner=str(bees.id))
    assert set(given()) == {letter.purpose_id}


def test_with_double_opt_in_nothing_is_given_before_it_is_confirmed(
    client, workspace, bees
):
    letter = make.mailing_list(workspace, opt_in=OptIn.DOUBLE)
    widget = make.widget(workspace, letter, partners=[bees.id])
    enter(widget, partner=str(bees.id))
    url = db.session.scalars(select(Message)).one().content["values"]["url"]
    db.session.commit()
    assert given() == {}
    door = url.removeprefix("http://volontiers.test")
    page = client.get(door).get_data(as_text=True)
    assert "Les Ruchers" in page
    client.post(door)
    assert set(given()) == {letter.purpose_id, bees.purpose_id}


@pytest.mark.covers("consent-7")
def test_a_partner_that_reads_otherwise_makes_a_version_and_shows_it_at_once(
    workspace, widget, bees
):
    before = queries.latest_version(widget)
    told = Description("La Ruche", bees.privacy_url, bees.description)
    partners.change(workspace, bees, told)
    after = queries.latest_version(widget)
    assert after.fingerprint != before.fingerprint
    assert "La Ruche" in after.html
    assert "Les Ruchers" in before.html


@pytest.mark.covers("consent-7")
def test_a_partner_saved_as_it_was_makes_no_version(workspace, widget, bees):
    before = queries.latest_version(widget).id
    told = Description(bees.name, bees.privacy_url, bees.description)
    partners.change(workspace, bees, told)
    assert queries.latest_version(widget).id == before


def test_changed_words_are_shown_and_a_draft_stays_a_draft(workspace, widget, letter):
    widget.design = {**widget.design, "title": "Pas encore"}
    letter.purpose_text = "Je veux tout savoir."
    editing.change(workspace, letter, _as_it_is(letter))
    shown = queries.latest_version(widget)
    assert "Je veux tout savoir." in shown.html
    assert "Pas encore" not in shown.html
    assert publishing.is_changed(widget)


@pytest.mark.covers("consent-14")
def test_who_agrees_in_an_older_form_agreed_to_the_words_of_that_form(
    workspace, widget, letter, bees
):
    shown, said = queries.latest_version(widget), letter.purpose_text
    sentence = partners.sentence(bees, "fr")
    partners.change(workspace, bees, Description("La Ruche", "https://x.example", "x"))
    letter.purpose_text = "Autre chose."
    enter(widget, shown, partner=str(bees.id))
    assert given() == {letter.purpose_id: said, bees.purpose_id: sentence}


@pytest.mark.covers("consent-1")
def test_no_box_of_a_form_is_ticked(widget):
    html = queries.latest_version(widget).html
    assert html.count('type="checkbox"') == 4
    assert "checked " not in html
    assert 'value="yes" checked' not in html


def test_a_form_in_another_language_shows_and_keeps_the_lists_words_in_it(
    workspace, letter
):
    words = Words("I would like the news.", "We use your address for it.")
    translating.change(workspace, letter, {"en": words})
    widget = make.widget(workspace, letter, locale="en")
    shown = queries.latest_version(widget)
    for sentence in (words.purpose, words.notice):
        assert sentence in shown.html
    enter(widget)
    assert given() == {letter.purpose_id: words.purpose}


def test_without_words_in_that_language_a_form_shows_the_lists_own(workspace, letter):
    widget = make.widget(workspace, letter, locale="en")
    assert letter.purpose_text in queries.latest_version(widget).html


def test_a_list_that_changes_its_language_shows_its_own_words_in_it(workspace, letter):
    translating.change(workspace, letter, {"en": Words("Old.", "Old notice.")})
    letter.locale, letter.purpose_text = "en", "New."
    assert wording.purpose_of(letter, "en") == "New."


def test_fields_of_the_workspace_are_asked_each_by_its_type(workspace, letter):
    kinds = {
        "taille": (AttributeKind.CHOICE, ["S", "M & L"], "M & L"),
        "chien": (AttributeKind.YES_NO, [], "yes"),
        "noces": (AttributeKind.DATE, [], "2020-05-01"),
        "enfants": (AttributeKind.NUMBER, [], "2,5"),
        "couleur": (AttributeKind.TEXT, [], "vert"),
    }
    for key, (kind, choices, _typed) in kinds.items():
        audience.attribute(workspace, key, kind, choices)
    names = [f"attr:{key}" for key in kinds]
    widget = make.widget(workspace, letter, fields=names)
    html = queries.latest_version(widget).html
    assert "<option>M &amp; L</option>" in html
    assert 'type="date" name="attr:noces"' in html
    enter(widget, **{f"attr:{key}": kind[2] for key, kind in kinds.items()})
    assert db.session.scalars(select(Contact)).one().attributes == {
        "taille": "M & L",
        "chien": True,
        "noces": "2020-05-01",
        "enfants": 2.5,
        "couleur": "vert",
    }


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (AttributeKind.CHOICE, "XXL"),
        (AttributeKind.YES_NO, "perhaps"),
        (AttributeKind.DATE, "hier"),
        (AttributeKind.NUMBER, "deux"),
        (AttributeKind.NUMBER, "nan"),
    ],
)
def test_what_is_not_of_the_type_is_said_beside_the_field(
    workspace, letter, kind, typed
):
    audience.attribute(workspace, "champ", kind, ["S", "M"])
    widget = make.widget(workspace, letter, fields=["attr:champ"])
    with pytest.raises(EntryIsNotValid) as error:
        enter(widget, **{"attr:champ": typed})
    assert list(error.value.fields) == ["attr:champ"]


def test_a_field_that_was_removed_is_asked_no_more(workspace, letter):
    widget = make.widget(workspace, letter, fields=["attr:parti", "first_name"])
    html = queries.latest_version(widget).html
    assert "parti" not in html
    enter(widget, **{"attr:parti": "x", "first_name": "Camille"})
    assert db.session.scalars(select(Contact)).one().attributes == {}


def test_a_field_the_form_does_not_ask_is_not_taken(workspace, letter):
    audience.attribute(workspace, "secret", AttributeKind.TEXT)
    widget = make.widget(workspace, letter)
    enter(widget, **{"attr:secret": "x", "last_name": "Durand"})
    contact = db.session.scalars(select(Contact)).one()
    assert (contact.attributes, contact.last_name) == ({}, "")


@pytest.mark.parametrize("day", ["2090-01-01", "1800-01-01", "31/12/1990", "demain"])
def test_a_birthday_is_a_day_of_somebody_alive(workspace, day):
    design = Design(fields=("birth_date",))
    with pytest.raises(EntryIsNotValid) as error:
        Entry.read({"email": ADDRESS, "birth_date": day}, design, workspace)
    assert list(error.value.fields) == ["birth_date"]


def test_a_known_contact_keeps_what_is_known(workspace, letter):
    audience.attribute(workspace, "couleur", AttributeKind.TEXT)
    letter.opt_in = OptIn.DOUBLE
    widget = make.widget(workspace, letter, fields=["first_name", "attr:couleur"])
    for name, colour in (("Camille", "vert"), ("Autre", "rouge")):
        enter(widget, **{"first_name": name, "attr:couleur": colour})
    contact = db.session.scalars(select(Contact)).one()
    assert (contact.first_name, contact.attributes) == ("Camille", {"couleur": "vert"})


def test_a_stranger_writes_nothing_into_the_messages_of_a_reader(workspace, letter):
    widget = make.widget(workspace, letter, fields=["first_name"])
    enter(widget)
    enter(widget, first_name="Win at evil.example")
    assert db.session.scalars(select(Contact)).one().first_name == ""


def test_the_link_somebody_came_by_is_in_the_ledger(workspace, letter):
    assert ledger  # the event keeps the name it had then
    widget = make.widget(workspace, letter)
    source = entering.WidgetSource(widget_id=widget.id, mark="abc", name="Affiche")
    db.session.add(source)
    db.session.flush()
    entering.enter(
        widget, queries.latest_version(widget), {"email": ADDRESS}, Visitor(), source
    )
    carry_out()
    event = db.session.scalars(select(ConsentEvent)).one()
    assert event.detail == {"source": "Affiche"}
    assert db.session.get_one(Purpose, event.purpose_id).kind == "newsletter"


def _as_it_is(letter):
    return editing.Description(
        name=letter.name,
        description=letter.description,
        opt_in=OptIn(letter.opt_in),
        purpose_text=letter.purpose_text,
        notice_text=letter.notice_text,
        locale=letter.locale,
    )
