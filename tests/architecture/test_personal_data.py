"""Every column says what it holds about a person; what is undeclared cannot be exported or erased."""

import pytest

from webapp.app import load_models
from webapp.core.db import Model
from webapp.core.personal_data import Category

load_models()
TABLES = Model.metadata.sorted_tables
# Tables with personal data that name a person by other means than a key of contact or user.
REACHED_OTHERWISE = {
    "workspace": "the controller's own contact points",
    "invitation": "by its address, until the colleague has an account",
    "import_row": "by its address, for the days a file and its lines are kept",
    "consent_event": "by contact_id without a foreign key: the proof outlives the contact",
    "consent_evidence": "as the event it belongs to, sealed with the key of the person",
    "confirmation_block": "by a keyed mark alone, for a year",
    "sign_up": "sealed, for the moment until a worker takes it",
    "signup_attempt": "by keyed marks alone, for one day",
    "inbound_event": "by the reports read from it: a trigger empties it with the contact; for thirty days",
    "hit": "by contact_id without a foreign key: no hit waits for what holds the contact",
    "purchase_line": "as the order it belongs to",
    "purchase_return": "as the order it belongs to",
    "parental_request": "as the confirmation it belongs to, which goes with the contact",
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_declared(table):
    undeclared = [
        column.name for column in table.columns if "category" not in column.info
    ]
    assert undeclared == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_declaration_is_a_known_category(table):
    for column in table.columns:
        assert column.info["category"] is None or column.info["category"] in Category


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_with_personal_data_leads_to_a_person(table):
    personal = [column for column in table.columns if column.info.get("category")]
    leads = {
        key.column.table.name for column in table.columns for key in column.foreign_keys
    } & {"contact", "user"}
    if personal and not leads and table.name not in {"contact", "user"}:
        assert table.name in REACHED_OTHERWISE
