"""Which value a merged contact keeps."""

import datetime as dt

import pytest

from tests.factories import audience as make
from webapp.contacts import queries, records
from webapp.contacts.models import AttributeKind
from webapp.core import clock
from webapp.duplicates import survivorship
from webapp.duplicates.survivorship import Side

EARLY, LATE = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2024, 2025))


def told(workspace, at, source, **values):
    """A contact of whom this was said then, by that door."""
    own = values.pop("attributes", {})
    with clock.stopped(at):
        made = make.contact(
            workspace,
            **{"first_name": "", "last_name": "", "city": "", **values},
            attributes=own,
            source=source,
            created_at=at,
        )
        named = {f"attribute:{key}": value for key, value in own.items()}
        records.remember(made, source=source, given={**values, **named})
    return made


def kept(workspace, one, other, choices=()):
    rows = survivorship.rows(queries.attributes(workspace), one, other)
    return survivorship.outcome(rows, dict(choices))


def test_the_name_that_was_said_last_is_kept(workspace):
    one = told(workspace, EARLY, "widget", first_name="Anna", last_name="Martin")
    other = told(workspace, LATE, "preferences", first_name="Anna", last_name="Dupont")
    found = kept(workspace, one, other)
    assert (found["first_name"], found["last_name"]) == ("Anna", "Dupont")


def test_what_was_said_is_kept_before_what_was_imported_later(workspace):
    one = told(workspace, EARLY, "widget", birth_date=dt.date(1980, 5, 1))
    other = told(workspace, LATE, "import", birth_date=dt.date(1981, 5, 1))
    assert kept(workspace, one, other)["birth_date"] == "1980-05-01"


def test_of_two_names_from_files_the_longer_one_is_kept(workspace):
    one = told(workspace, EARLY, "import", first_name="Jean-Pierre", last_name="Martin")
    other = told(workspace, LATE, "import", first_name="Jean", last_name="Martin")
    assert kept(workspace, one, other)["first_name"] == "Jean-Pierre"


def test_an_address_is_kept_whole(workspace):
    one = told(
        workspace, EARLY, "widget", street="1 rue A", postcode="69001", city="Lyon"
    )
    other = told(workspace, LATE, "widget", postcode="29200", city="Brest")
    found = kept(workspace, one, other)
    assert (found["street"], found["postcode"], found["city"]) == (
        None,
        "29200",
        "Brest",
    )


def test_what_one_address_lacks_the_other_one_fills_in(workspace):
    one = told(
        workspace, EARLY, "widget", street="1 rue A", postcode="69001", city="Lyon"
    )
    other = told(workspace, LATE, "widget", postcode="69001", city="LYON")
    found = kept(workspace, one, other)
    assert (found["street"], found["city"]) == ("1 rue A", "LYON")


def test_what_only_the_absorbed_says_is_kept(workspace):
    one = told(workspace, LATE, "widget")
    other = told(workspace, EARLY, "import", phone="+33612345678")
    assert kept(workspace, one, other)["phone"] == "+33612345678"


def test_the_latest_value_of_a_field_of_the_workspace_is_kept(workspace):
    make.attribute(workspace, "size", AttributeKind.TEXT)
    one = told(workspace, EARLY, "widget", attributes={"size": "M"})
    other = told(workspace, LATE, "import", attributes={"size": "L"})
    assert kept(workspace, one, other)["attribute:size"] == "L"


@pytest.mark.parametrize("side", list(Side))
def test_a_choice_wins_over_every_rule(workspace, side):
    one = told(workspace, EARLY, "import", phone="+33612345678")
    other = told(workspace, LATE, "widget", phone="+33687654321")
    chosen = {Side.SURVIVOR: "+33612345678", Side.ABSORBED: "+33687654321"}[side]
    assert kept(workspace, one, other, {"phone": side})["phone"] == chosen


def test_only_what_contradicts_is_to_be_chosen(workspace):
    one = told(workspace, EARLY, "widget", first_name="Anna", phone="+33612345678")
    other = told(workspace, LATE, "widget", first_name="ANNA", phone="+33687654321")
    rows = survivorship.rows([], one, other)
    assert [row.unit.key for row in rows if row.differs] == ["phone"]
