"""The page of a contact says for each list whether we may write, and why."""

import pytest

from tests.factories import audience as make
from webapp.consent.models import State
from webapp.contacts import editing
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason

HOME = "/w/maison-tilleul/contacts"


@pytest.fixture
def anna(workspace, stopped_clock):
    return make.contact(workspace, email="anna@example.org")


def page(owner, anna):
    db.session.commit()
    return " ".join(owner.get(f"{HOME}/{anna.id}").text.split())


def test_each_list_has_its_answer(owner, workspace, anna):
    names = ("La lettre", "Les offres", "Les ateliers")
    letter, offers, _workshops = (make.mailing_list(workspace, name) for name in names)
    make.say(anna, letter)
    make.say(anna, offers, State.WITHDRAWN)
    told = page(owner, anna)
    assert "agreed on 10 November 2026, entered by a colleague" in told
    assert "unsubscribed on 10 November 2026, entered by a colleague" in told
    assert "never agreed to this list" in told


@pytest.mark.parametrize("how", ["restricted", "suppressed"])
def test_what_stops_everything_is_said_for_every_list(owner, workspace, anna, how):
    make.say(anna, make.mailing_list(workspace))
    if how == "restricted":
        editing.restrict(workspace, anna)
        words = "asked us on 10 November 2026 to restrict"
    else:
        suppression.suppress(workspace, anna.email, SuppressionReason.COMPLAINT)
        words = "on the suppression list since 10 November 2026: complained of spam"
    told = page(owner, anna)
    assert words in told
    assert "agreed on 10 November 2026" not in told


def test_an_archived_list_is_named_only_to_who_was_on_it(owner, workspace, anna):
    letter = make.mailing_list(workspace, "La lettre")
    make.mailing_list(workspace, "Les offres").archived_at = clock.now()
    make.say(anna, letter)
    letter.archived_at = clock.now()
    told = page(owner, anna)
    assert "No: this list is archived" in told
    assert "Les offres" not in told
