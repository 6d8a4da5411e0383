"""The pages about one contact: changes and their undoing, notes, completeness, fields that matter."""

import re

import pytest
from sqlalchemy import select

from tests.factories import accounts as make_accounts
from tests.factories import purchases as buying
from tests.factories import subscriptions as make
from webapp.accounts.models import AuditEntry
from webapp.contacts import attributes, changing, completeness, notes, records
from webapp.contacts.models import AttributeKind, Contact, ContactNote
from webapp.core.db import db
from webapp.segments.models import Segment, SegmentMember

HOME = "/w/maison-tilleul/contacts"
KNOWN = {"email": "anna@example.org", "language": "fr"}


@pytest.fixture
def anna(workspace):
    made = make.contact(workspace, "anna@example.org", first_name="Anna", city="Lyon")
    db.session.commit()
    return made


def now(contact):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Contact, contact.id)


def page(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.text


def actions():
    return set(db.session.scalars(select(AuditEntry.action)))


class TestChanging:
    """Every change in plain words, and back again."""

    def test_a_change_tells_who_when_before_and_after(self, owner, anna):
        owner.post(f"{HOME}/{anna.id}/edit", data={**KNOWN, "city": "Paris"})
        told = page(owner, f"{HOME}/{anna.id}/changes")
        assert "Changed by" in told
        assert re.search(r"City</th><td>Lyon</td><td><div>Paris<", told)
        assert "New contact, with a form" in told

    def test_a_change_is_undone_and_that_is_logged(self, owner, anna):
        owner.post(f"{HOME}/{anna.id}/edit", data={**KNOWN, "city": "Paris"})
        change = records.history(now(anna))[0]
        answer = owner.post(f"{HOME}/{anna.id}/changes/{change.id}/undo")
        assert answer.status_code == 303
        assert (now(anna).city, now(anna).first_name) == ("Lyon", "Anna")
        assert "contact.change_undone" in actions()
        assert "Undone on" in page(owner, f"{HOME}/{anna.id}/changes")

    def test_what_changed_since_is_refused_in_words(self, owner, anna):
        for city in ("Paris", "Nantes"):
            owner.post(f"{HOME}/{anna.id}/edit", data={**KNOWN, "city": city})
        first = records.history(now(anna))[1]
        owner.post(f"{HOME}/{anna.id}/changes/{first.id}/undo")
        assert now(anna).city == "Nantes"
        told = page(owner, f"{HOME}/{anna.id}/changes")
        assert "Something was changed again since" in told

    def test_the_changes_of_one_field_can_be_asked_for(self, owner, anna):
        owner.post(f"{HOME}/{anna.id}/edit", data={**KNOWN, "city": "Paris"})
        owner.post(
            f"{HOME}/{anna.id}/edit",
            data={**KNOWN, "city": "Paris", "company": "Thés du Port"},
        )
        told = page(owner, f"{HOME}/{anna.id}/changes?field=company")
        assert "Thés du Port" in told
        assert "Lyon" not in told

    def test_what_a_person_typed_is_shown_as_text(self, owner, anna):
        evil = "<script>alert(1)</script>"
        owner.post(f"{HOME}/{anna.id}/edit", data={**KNOWN, "company": evil})
        for path in ("", "/changes", "/timeline"):
            assert evil not in page(owner, f"{HOME}/{anna.id}{path}")


class TestEditing:
    """Company data, time zone, several choices and addresses in the form."""

    def test_company_numbers_are_checked_and_the_siret_tells_the_siren(
        self, owner, anna
    ):
        wrong = owner.post(
            f"{HOME}/{anna.id}/edit", data={**KNOWN, "siren": "732829321"}
        )
        assert wrong.status_code == 422
        assert "not valid" in wrong.text
        owner.post(
            f"{HOME}/{anna.id}/edit", data={**KNOWN, "siret": "732 829 320 00074"}
        )
        assert (now(anna).siret, now(anna).siren) == ("73282932000074", "732829320")

    def test_a_siret_of_another_company_is_refused(self, owner, anna):
        form = {**KNOWN, "siren": "356000000", "siret": "73282932000074"}
        answer = owner.post(f"{HOME}/{anna.id}/edit", data=form)
        assert answer.status_code == 422
        assert "not those of the SIREN number" in answer.text

    def test_a_time_zone_is_chosen_among_those_there_are(self, owner, anna):
        refused = owner.post(
            f"{HOME}/{anna.id}/edit", data={**KNOWN, "time_zone": "Europe/Lyon"}
        )
        assert refused.status_code == 422
        owner.post(
            f"{HOME}/{anna.id}/edit", data={**KNOWN, "time_zone": "Indian/Reunion"}
        )
        assert now(anna).time_zone == "Indian/Reunion"

    def test_several_choices_and_an_address_are_kept_and_emptied(
        self, owner, workspace, anna
    ):
        attributes.declare(
            workspace, "Thés", AttributeKind.CHOICES, ["Vert", "Noir", "Blanc"]
        )
        attributes.declare(workspace, "Livraison", AttributeKind.ADDRESS, [])
        db.session.commit()
        form = {
            **KNOWN,
            "own_thes": ["Noir", "Vert"],
            "own_livraison-street": "3 quai Sud",
            "own_livraison-postcode": "44000",
            "own_livraison-city": "Nantes",
        }
        assert owner.post(f"{HOME}/{anna.id}/edit", data=form).status_code == 303
        assert now(anna).attributes == {
            "thes": ["Vert", "Noir"],
            "livraison": {
                "street": "3 quai Sud",
                "postcode": "44000",
                "city": "Nantes",
            },
        }
        shown = page(owner, f"{HOME}/{anna.id}/edit")
        assert 'value="3 quai Sud"' in shown
        assert shown.count(" checked") >= 2
        owner.post(f"{HOME}/{anna.id}/edit", data=KNOWN)
        assert now(anna).attributes == {}

    def test_saving_the_form_as_it_is_changes_nothing(self, owner, workspace, anna):
        owner.post(
            f"{HOME}/{anna.id}/edit",
            data={**KNOWN, "first_name": "Anna", "city": "Lyon", "phone": "0612345678"},
        )
        before = len(records.history(now(anna)))
        shown = page(owner, f"{HOME}/{anna.id}/edit")
        phone = re.search(r'name="phone"[^>]*value="([^"]*)"', shown)
        form = {**KNOWN, "first_name": "Anna", "city": "Lyon", "phone": phone[1]}
        owner.post(f"{HOME}/{anna.id}/edit", data=form)
        assert len(records.history(now(anna))) == before


class TestMeanwhile:
    """A form that lay open while somebody else changed the contact."""

    @pytest.fixture
    def form(self, owner, anna):
        """What the open form would send, as it was shown."""
        shown = page(owner, f"{HOME}/{anna.id}/edit")
        seen = re.search(r'name="seen"[^>]*value="(\d+)"', shown)[1]
        return {**KNOWN, "first_name": "Anna", "city": "Lyon", "seen": seen}

    def test_what_only_the_other_touched_stays(self, owner, anna, form):
        changing.write(now(anna), {"city": "Paris"}, source="preferences")
        db.session.commit()
        owner.post(f"{HOME}/{anna.id}/edit", data={**form, "first_name": "Hanna"})
        assert (now(anna).city, now(anna).first_name) == ("Paris", "Hanna")

    def test_what_both_touched_is_said_and_saved_only_the_second_time(
        self, owner, anna, form
    ):
        changing.write(now(anna), {"city": "Paris"}, source="preferences")
        db.session.commit()
        sent = {**form, "city": "Nantes"}
        refused = owner.post(f"{HOME}/{anna.id}/edit", data=sent)
        assert refused.status_code == 422
        assert "Somebody changed this meanwhile" in refused.text
        seen = re.search(r'name="seen"[^>]*value="(\d+)"', refused.text)[1]
        owner.post(f"{HOME}/{anna.id}/edit", data={**sent, "seen": seen})
        assert now(anna).city == "Nantes"


class TestNoting:
    """What colleagues write down."""

    def test_a_note_is_kept_pinned_and_erased(self, owner, anna):
        owner.post(f"{HOME}/{anna.id}/notes", data={"body": "Rappeler <mardi>"})
        note = db.session.scalars(select(ContactNote)).one()
        told = page(owner, f"{HOME}/{anna.id}/notes")
        assert "Rappeler &lt;mardi&gt;" in told
        assert "Rappeler" not in page(owner, f"{HOME}/{anna.id}").split("Lately")[0]
        owner.post(f"{HOME}/{anna.id}/notes/{note.id}/pin", data={"pinned": "yes"})
        assert "Pinned notes" in page(owner, f"{HOME}/{anna.id}")
        owner.post(f"{HOME}/{anna.id}/notes/{note.id}/erase")
        db.session.rollback()
        assert db.session.scalars(select(ContactNote)).all() == []
        assert {"contact.note_written", "contact.note_erased"} <= actions()

    def test_the_log_never_says_what_a_note_says(self, owner, anna):
        owner.post(f"{HOME}/{anna.id}/notes", data={"body": "Rappeler mardi"})
        every = db.session.scalars(select(AuditEntry)).all()
        assert "mardi" not in repr([(one.detail, one.target_name) for one in every])

    def test_an_empty_note_is_refused(self, owner, anna):
        answer = owner.post(f"{HOME}/{anna.id}/notes", data={"body": "  "})
        assert answer.status_code == 422

    def test_no_more_notes_are_pinned_than_fit(self, owner, workspace, anna):
        for number in range(4):
            note = notes.write(workspace, anna, f"Note {number}")
            note.pinned = number < notes.MOST_PINNED
        db.session.commit()
        owner.post(f"{HOME}/{anna.id}/notes/{note.id}/pin", data={"pinned": "yes"})
        db.session.rollback()
        assert db.session.get_one(ContactNote, note.id).pinned is False


class TestReading:
    """What else the pages tell."""

    def test_each_value_says_who_said_it(self, owner, anna):
        told = page(owner, f"{HOME}/{anna.id}")
        assert re.search(r"Lyon.*?vo-origin\">with a form, ", told, re.DOTALL)

    def test_the_completeness_is_explained(self, owner, workspace, anna):
        completeness.weigh(workspace, {"first_name": 2, "phone": 2})
        db.session.commit()
        told = page(owner, f"{HOME}/{anna.id}")
        assert "<strong>50</strong>" in told
        assert "Phone: not known" in told

    def test_a_workspace_says_which_fields_matter(self, owner, workspace, anna):
        owner.post(f"{HOME}/fields/weights", data={"birth_date": "2", "city": "0"})
        db.session.rollback()
        told = completeness.weights(workspace)
        assert {name for name, weight in told.items() if weight} == {"birth_date"}
        assert "fields.weighed" in actions()

    def test_purchases_are_told_or_their_absence(self, owner, workspace, anna):
        assert "No order yet" in page(owner, f"{HOME}/{anna.id}/purchases")
        buying.order(workspace, anna, number="A17")
        db.session.commit()
        assert "A17" in page(owner, f"{HOME}/{anna.id}/purchases")

    def test_segments_are_told_with_the_day_they_were_entered(
        self, owner, workspace, anna
    ):
        assert "In no segment" in page(owner, f"{HOME}/{anna.id}/segments")
        segment = Segment(workspace_id=workspace.id, name="Gourmands", rules={})
        db.session.add(segment)
        db.session.flush()
        db.session.add(
            SegmentMember(
                segment_id=segment.id, contact_id=anna.id, entered_at=anna.created_at
            )
        )
        db.session.commit()
        assert "Gourmands" in page(owner, f"{HOME}/{anna.id}/segments")


class TestFields:
    """The workspace's own fields."""

    @pytest.fixture
    def teas(self, workspace):
        made = attributes.declare(
            workspace, "Thés", AttributeKind.CHOICES, ["Vert", "Noir"]
        )
        make.contact(workspace, attributes={"thes": ["Vert"]})
        db.session.commit()
        return made

    def test_a_choice_that_people_have_goes_only_knowingly(self, owner, teas):
        address = f"{HOME}/fields/{teas.id}"
        assert "Vert\nNoir</textarea>" in page(owner, address).replace("\r", "")
        form = {"name": "Thés", "choices": "Noir\nBlanc", "category": "preferences"}
        asked = owner.post(address, data=form)
        assert asked.status_code == 422
        assert "“Vert”: 1 contact" in asked.text
        assert owner.post(address, data={**form, "sure": "y"}).status_code == 303
        db.session.rollback()
        person = db.session.scalars(select(Contact)).one()
        assert person.attributes == {}
        assert "Thés" in page(owner, f"{HOME}/{person.id}/changes")

    def test_a_choice_that_nobody_has_goes_at_once(self, owner, teas):
        form = {"name": "Infusions", "choices": "Vert\nBlanc", "category": "identity"}
        assert owner.post(f"{HOME}/fields/{teas.id}", data=form).status_code == 303
        db.session.rollback()
        db.session.refresh(teas := db.session.merge(teas))
        assert (teas.name, teas.choices, teas.category, teas.key) == (
            "Infusions",
            ["Vert", "Blanc"],
            "identity",
            "thes",
        )

    def test_the_page_says_how_many_have_something_in_it(self, owner, teas):
        assert re.search(
            r"Thés</a></th>.*?text-end\">1<", page(owner, f"{HOME}/fields"), re.DOTALL
        )


def test_contacts_of_another_workspace_have_no_pages(workspace, anna, sign_in):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    browser = sign_in(make_accounts.member(other, role="owner"))
    mine = f"/w/ailleurs/contacts/{anna.id}"
    record = records.history(anna)[0]
    gets = ["timeline", "purchases", "segments", "messages", "notes", "changes"]
    posts = ["notes", "notes/1/pin", "notes/1/erase", f"changes/{record.id}/undo"]
    answers = [browser.get(f"{mine}/{path}") for path in gets]
    answers += [browser.post(f"{mine}/{path}", data={"body": "x"}) for path in posts]
    assert {answer.status_code for answer in answers} == {404}
