"""Whatever names a contact says what a merge does with it; whoever adds a table decides."""

import pytest

from webapp.app import load_models
from webapp.contacts.fields import FIELDS
from webapp.core.db import Model
from webapp.duplicates import journal, pointers, survivorship
from webapp.duplicates.pointers import RULES, Rule

load_models()
POINTERS = {pointers.name(column): column for column in pointers.every()}
OF_RULE = {
    rule: [POINTERS[name] for name in RULES if RULES[name] is rule and name in POINTERS]
    for rule in Rule
}


def test_every_column_that_names_a_contact_has_a_rule():
    assert set(POINTERS) - set(RULES) == set(), (
        "decide in webapp/duplicates/pointers.py"
    )
    assert set(RULES) - set(POINTERS) == set(), "it is gone: take it off the list"


@pytest.mark.parametrize("column", OF_RULE[Rule.LEFT], ids=pointers.name)
def test_only_what_has_no_foreign_key_is_left(column):
    assert not column.foreign_keys


@pytest.mark.parametrize("column", OF_RULE[Rule.MOVED], ids=pointers.name)
def test_a_row_that_is_moved_keeps_its_key(column):
    first = next(iter(column.table.primary_key.columns))
    assert first is not column
    assert first.type.python_type is int


@pytest.mark.parametrize("column", OF_RULE[Rule.ASIDE], ids=pointers.name)
def test_nothing_forgets_a_row_that_is_put_aside(column):
    """What hangs on it goes with it and comes back with it."""
    for child in journal.children(column.table):
        [key] = child.foreign_keys
        assert key.ondelete == "CASCADE"


def test_every_column_of_a_contact_survives_by_a_rule():
    chosen = set(FIELDS) - {"email"}
    ruled = chosen | set(survivorship.COLUMNS) | set(survivorship.OWN)
    columns = {column.name for column in Model.metadata.tables["contact"].columns}
    assert columns == ruled
