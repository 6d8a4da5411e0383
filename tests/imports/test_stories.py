"""A file on its way into the base: what is said before, what is done, what is taken back."""

import pytest

from tests.factories import audience as make
from tests.factories import imports
from webapp.consent import ledger, projecting
from webapp.consent.models import Purpose, State
from webapp.contacts.models import Contact
from webapp.core.db import db

FILE = """Prénom;Nom;E-mail;Ville;Code postal
Ana;Durand;ana@example.org;Lyon;69001
Bob;Martin;BOB@Example.ORG;Paris;75002
;;pas une adresse;Nice;06000
Ana;Durand;ANA@example.org;Lyon;69001
"""


@pytest.fixture
def letter(workspace):
    return make.mailing_list(workspace)


def contact_named(email):
    asked = db.select(Contact).where(db.func.lower(Contact.email) == email)
    return db.session.scalar(asked)


def state_of(email, letter):
    purpose = db.session.get(Purpose, letter.purpose_id)
    return ledger.state_of(contact_named(email), purpose)


def test_a_dry_run_says_what_the_run_then_does(workspace, letter):
    make.contact(
        workspace,
        email="bob@example.org",
        first_name="",
        last_name="Martin",
        city="Paris",
    )
    run = imports.checked(imports.answered(workspace, FILE, [letter]))
    assert run.status == "checked"
    assert db.session.query(Contact).count() == 1
    assert {
        name: run.expected.get(name)
        for name in ("new", "updated", "refused", "repeated")
    } == {
        "new": 1,
        "updated": 1,
        "refused": 1,
        "repeated": 1,
    }
    assert run.expected["refusals"] == {"not_an_address": 1}
    assert run.expected["filled"] == {"first_name": 1, "postcode": 1}
    assert run.expected["lists"] == {str(letter.id): {"mailable": 2}}
    run = imports.done(run)
    assert run.status == "done"
    assert {k: v for k, v in run.figures.items() if k != "done"} == {
        k: v for k, v in run.expected.items() if k != "lines"
    }
    assert contact_named("ana@example.org").city == "Lyon"
    assert contact_named("bob@example.org").first_name == "Bob"
    assert state_of("ana@example.org", letter).state == State.GIVEN
    assert projecting.differences(workspace) == []
