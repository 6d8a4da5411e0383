"""A file on its way into the base: what is said before, what is done, what is taken back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import audience as make
from tests.factories import imports
from webapp.consent import gate, ledger, projecting
from webapp.consent.models import Basis, ConsentEvent, Purpose, State
from webapp.contacts import editing, records
from webapp.contacts.models import Contact, ContactRecord
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.imports import counting, deciding, rejects

FILE = """Prénom;Nom;E-mail;Ville;Code postal
Ana;Durand;ana@example.org;Lyon;69001
Bob;Martin;BOB@Example.ORG;Paris;75002
;;pas une adresse;Nice;06000
Ana;Durand;ANA@example.org;Lyon;69001
"""


@pytest.fixture
def letter(workspace):
    made = make.mailing_list(workspace)
    db.session.commit()
    return made


def contact_named(email):
    asked = db.select(Contact).where(db.func.lower(Contact.email) == email)
    return db.session.scalar(asked)


def state_of(email, letter):
    purpose = db.session.get(Purpose, letter.purpose_id)
    return ledger.state_of(contact_named(email), purpose)


def reason_for(email, letter):
    purpose = db.session.get(Purpose, letter.purpose_id)
    return gate.explain(contact_named(email), purpose).reason


def said_events(letter):
    asked = db.select(ConsentEvent).where(ConsentEvent.purpose_id == letter.purpose_id)
    return db.session.scalars(asked.order_by(ConsentEvent.seq)).all()


def test_the_dry_run_changes_nothing_and_the_run_does_what_it_said(workspace, letter):
    bob = {"first_name": "", "last_name": "Martin", "city": "Paris"}
    make.contact(workspace, email="bob@example.org", **bob)
    run = imports.checked(imports.answered(workspace, FILE, [letter]))
    assert [one.first_name for one in db.session.query(Contact)] == [""]
    expected = run.expected
    names = ("new", "updated", "refused", "repeated")
    assert [expected[name] for name in names] == [1, 1, 1, 1]
    assert expected["refusals"] == {"not_an_address": 1}
    assert expected["filled"] == {"first_name": 1, "postcode": 1}
    assert expected["lists"] == {str(letter.id): {"mailable": 2}}
    run = imports.done(run)
    assert counting.same(run.expected, run.figures)
    assert contact_named("bob@example.org").first_name == "Bob"
    assert contact_named("ana@example.org").city == "Lyon"
    assert {
        reason_for(one, letter) for one in ("ana@example.org", "bob@example.org")
    } == {None}


def test_every_value_knows_that_it_came_with_the_import(workspace):
    run = imports.done(imports.answered(workspace, FILE))
    origin = records.origin(contact_named("ana@example.org"))["city"]
    assert (origin.source, origin.source_id) == ("import", run.id)


def test_a_consent_holds_on_to_its_words_its_file_and_its_line(workspace, letter):
    run = imports.done(imports.answered(workspace, FILE, [letter]))
    event = said_events(letter)[0]
    assert event.detail["file"] == run.sha256
    assert event.detail["line"] == 2
    assert event.detail["collected_on"] == "2026-09-01"
    assert (
        db.session.execute(
            db.text("SELECT body FROM shown_text WHERE id = :id"), {"id": event.text_id}
        ).scalar_one()
        == imports.WORDING
    )
    assert projecting.differences(workspace) == []


@pytest.mark.covers("consent-12")
@pytest.mark.parametrize("missing", ["source", "collected_on", "basis", "attested"])
def test_nothing_is_imported_before_its_questions_are_answered(workspace, missing):
    run = imports.answered(workspace, FILE)
    if missing == "attested":
        run.attested_at = None
    else:
        run.answers = {
            **run.answers,
            missing: None if missing == "collected_on" else "",
        }
    with pytest.raises(deciding.AnswersAreMissing):
        deciding.check(run)


@pytest.mark.covers("consent-12")
def test_people_without_proof_are_kept_and_not_written_to(workspace, letter):
    run = imports.done(imports.answered(workspace, FILE, [letter], basis="none"))
    assert run.expected["lists"] == {str(letter.id): {"no_proof": 2}}
    assert reason_for("ana@example.org", letter) == "never_asked"


@pytest.mark.covers("consent-12")
def test_a_suppressed_address_comes_suppressed(workspace, letter):
    suppression.suppress(workspace, "ana@example.org", SuppressionReason.COMPLAINT)
    run = imports.done(imports.answered(workspace, FILE, [letter]))
    assert run.expected["suppressed"] == 1
    assert reason_for("ana@example.org", letter) == "suppressed"
    assert state_of("ana@example.org", letter) is None


@pytest.mark.covers("consent-26")
@pytest.mark.parametrize("state", [State.WITHDRAWN, State.REFUSED, State.PENDING])
def test_no_import_speaks_for_whom_has_spoken(workspace, letter, state):
    ana = make.contact(workspace, email="ana@example.org")
    make.say(ana, letter, state)
    db.session.commit()
    run = imports.done(imports.answered(workspace, FILE, [letter]))
    assert run.expected["lists"] == {str(letter.id): {"mailable": 1, state.value: 1}}
    assert state_of("ana@example.org", letter).state == state


def customers(workspace, letter):
    purpose = db.session.get(Purpose, letter.purpose_id)
    purpose.other_bases = [
        Basis.EXISTING_CUSTOMER.value,
        Basis.LEGITIMATE_INTEREST.value,
    ]
    purpose.product_family = "Thés"
    db.session.commit()
    return purpose


@pytest.mark.covers("consent-28")
def test_customers_need_a_sale_that_is_named_and_not_too_old(workspace, letter):
    customers(workspace, letter)
    content = (
        "Email;Commande;Date de commande\n"
        "ana@example.org;C-1001;01/03/2026\n"
        "bob@example.org;;01/03/2026\n"
        "eve@example.org;C-900;01/03/2019\n"
    )
    run = imports.done(
        imports.answered(
            workspace, content, [letter], basis="existing_customer", could_refuse=True
        )
    )
    outcomes = run.expected["lists"][str(letter.id)]
    assert outcomes == {"mailable": 1, "no_sale": 1, "old_sale": 1}
    assert reason_for("ana@example.org", letter) is None
    assert said_events(letter)[0].detail["ground"]["reference"] == "C-1001"
    assert reason_for("eve@example.org", letter) == "never_asked"


@pytest.mark.covers("consent-28")
def test_customers_who_could_not_refuse_are_not_taken_for_any(workspace, letter):
    customers(workspace, letter)
    with pytest.raises(deciding.BasisIsRefused):
        imports.answered(workspace, FILE, [letter], basis="existing_customer")


@pytest.mark.covers("consent-29")
def test_a_personal_address_is_not_one_of_a_profession(workspace, letter):
    customers(workspace, letter)
    content = "Email\nana@tilleul.example\nbob@gmail.com\n"
    run = imports.answered(
        workspace, content, [letter], basis="legitimate_interest", sector="G"
    )
    run = imports.done(run)
    assert run.expected["lists"][str(letter.id)] == {
        "mailable": 1,
        "personal_address": 1,
    }
    assert reason_for("ana@tilleul.example", letter) is None
    assert reason_for("bob@gmail.com", letter) == "never_asked"


def test_a_bought_list_must_name_us_and_bring_its_proof(workspace, letter):
    for more in ({}, {"wording": f"J’accepte les offres de {workspace.name}."}):
        with pytest.raises(deciding.BasisIsRefused):
            imports.answered(workspace, FILE, [letter], source="bought", **more)


def test_opt_outs_are_suppressed_and_taken_off_their_lists(workspace, letter):
    make.subscriber(workspace, letter, email="ana@example.org")
    db.session.commit()
    content = "email;motif\nana@example.org;désinscrit\nnouveau@example.org;plainte\n"
    run = imports.done(imports.answered(workspace, content, name="desinscrits.csv"))
    assert run.kind == "opt_outs"
    assert state_of("ana@example.org", letter).state == State.WITHDRAWN
    assert suppression.reason_for(workspace, "nouveau@example.org") == "complaint"
    assert contact_named("nouveau@example.org") is None
    assert projecting.differences(workspace) == []
    undone = imports.undone(run)
    assert suppression.is_suppressed(workspace, "ana@example.org")
    assert state_of("ana@example.org", letter).state == State.WITHDRAWN
    assert undone.status == "undone"


def test_a_refusal_anywhere_in_the_file_counts_for_all_its_lines(workspace, letter):
    content = (
        "email,status\nana@example.org,subscribed\nana@example.org,unsubscribed\n"
        "bob@example.org,subscribed\n"
    )
    imports.done(imports.answered(workspace, content, [letter]))
    assert suppression.is_suppressed(workspace, "ana@example.org")
    assert contact_named("ana@example.org") is None
    assert reason_for("bob@example.org", letter) is None


@pytest.mark.parametrize(
    ("conflict", "city"), [("fill", "Nantes"), ("overwrite", "Lyon")]
)
def test_what_is_known_gives_way_only_where_that_was_chosen(workspace, conflict, city):
    make.contact(workspace, email="ana@example.org", city="Nantes", first_name="Ana")
    imports.done(imports.answered(workspace, FILE, conflict=conflict))
    assert contact_named("ana@example.org").city == city


def test_the_newer_value_wins_where_that_was_chosen(workspace):
    for email, years in (("ana@example.org", 2), ("bob@example.org", 0)):
        made = make.contact(workspace, email=email, city="Nantes")
        made.updated_at = clock.now() - timedelta(days=365 * years)
    day = clock.now().date() - timedelta(days=30)
    imports.done(imports.answered(workspace, FILE, conflict="newer", collected_on=day))
    cities = [contact_named(one).city for one in ("ana@example.org", "bob@example.org")]
    assert cities == ["Lyon", "Nantes"]


def test_the_same_file_again_changes_nothing(workspace, letter):
    imports.done(imports.answered(workspace, FILE, [letter]))
    before = [event.hash for event in said_events(letter)]
    run = imports.done(imports.answered(workspace, FILE, [letter]))
    assert run.figures["unchanged"] == 2
    assert [event.hash for event in said_events(letter)] == before
    assert db.session.query(ContactRecord).count() == 2


def test_undoing_removes_who_came_alone_and_puts_the_others_back(workspace, letter):
    bob = make.contact(workspace, email="bob@example.org", first_name="", city="Nice")
    db.session.commit()
    before = records.values(bob)
    run = imports.done(
        imports.answered(workspace, FILE, [letter], conflict="overwrite")
    )
    assert contact_named("bob@example.org").city == "Paris"
    run = imports.undone(run)
    assert contact_named("ana@example.org") is None
    assert records.values(contact_named("bob@example.org")) == before
    assert state_of("bob@example.org", letter).state == State.WITHDRAWN
    assert [event.state for event in said_events(letter)].count("given") == 2
    assert run.undone["removed"] == 1
    assert projecting.differences(workspace) == []


def test_undoing_leaves_what_was_changed_since(workspace):
    make.contact(workspace, email="bob@example.org", first_name="", city="Nice")
    run = imports.done(imports.answered(workspace, FILE, conflict="overwrite"))
    editing.change(workspace, contact_named("bob@example.org"), {"city": "Brest"})
    editing.change(workspace, contact_named("ana@example.org"), {"city": "Metz"})
    run = imports.undone(run)
    bob = contact_named("bob@example.org")
    assert (bob.city, bob.first_name) == ("Brest", "")
    assert contact_named("ana@example.org").city == "Metz"
    assert (run.undone["stayed"], run.undone["values_kept"]) == (1, 1)


def test_the_data_of_restricted_people_is_left_alone(workspace):
    make.contact(workspace, email="bob@example.org", city="", restricted_at=clock.now())
    run = imports.done(imports.answered(workspace, FILE))
    assert run.figures["restricted"] == 1
    assert contact_named("bob@example.org").city == ""


def test_a_cell_that_does_not_fit_is_left_out_and_comes_back(workspace):
    content = "Email;Date de naissance;Ville\nana@example.org;32/13/2020;Lyon\n"
    run = imports.done(imports.answered(workspace, content))
    assert contact_named("ana@example.org").city == "Lyon"
    assert run.figures["left_out"] == {"1": 1}
    assert [cells[:3] for cells in rejects.lines(run)] == [
        ["ana@example.org", "32/13/2020", "Lyon"]
    ]


def test_refused_lines_can_be_corrected_and_imported(workspace):
    run = imports.done(imports.answered(workspace, FILE))
    lines = [rejects.heading(run), *rejects.lines(run)]
    lines[1][2] = "eve@example.org"
    content = "\n".join(";".join(cells) for cells in lines)
    again = imports.done(imports.answered(workspace, content))
    assert contact_named("eve@example.org").city == "Nice"
    assert again.figures["new"] == 1


def test_retention_counts_from_the_day_people_were_collected(workspace):
    imports.done(imports.answered(workspace, FILE, collected_on=date(2024, 5, 2)))
    noon = datetime(2024, 5, 2, 12, tzinfo=UTC)
    assert contact_named("ana@example.org").last_contact_at == noon
