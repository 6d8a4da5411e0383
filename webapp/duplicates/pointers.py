"""Every column that names a contact, and what a merge does with its rows.

A table without a rule keeps a test from passing: whoever adds one decides.
"""

from collections.abc import Collection, Iterator
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    CompoundSelect,
    bindparam,
    exists,
    literal,
    select,
    union_all,
)

from webapp.contacts.models import Contact
from webapp.core.db import Model, db


class Rule(StrEnum):
    """What becomes of the rows of the contact that is absorbed."""

    # They are the survivor's from now on.
    MOVED = "moved"
    # Of no use beside the survivor's own, or worked out anew: kept for the undoing alone.
    ASIDE = "aside"
    # They name the former contact for ever; there is no foreign key.
    LEFT = "left"
    # A module of ours knows better.
    APART = "apart"


RULES: dict[str, Rule] = {
    # Moving to another address, or confirming one: mailed to an address nobody writes to now.
    "address_change.contact_id": Rule.ASIDE,
    "confirmation.contact_id": Rule.ASIDE,
    # `arriving`: what comes back of earlier messages is not about today's address.
    "address_since.contact_id": Rule.ASIDE,
    # `refusals`: a yes was said for one address; a no counts for the person.
    "consent_state.contact_id": Rule.ASIDE,
    "carried_refusal.contact_id": Rule.ASIDE,
    "suppression.contact_id": Rule.APART,
    # The ledger and its proofs: never changed; see `contacts.aliases.numbers`.
    "consent_event.contact_id": Rule.LEFT,
    "consent_evidence.contact_id": Rule.LEFT,
    "person_key.contact_id": Rule.LEFT,
    # What was received, opened, bought and noted is one story now.
    "message.contact_id": Rule.MOVED,
    "message_report.contact_id": Rule.MOVED,
    "hit.contact_id": Rule.MOVED,
    "gift.contact_id": Rule.MOVED,
    "purchase.contact_id": Rule.MOVED,
    "site_event.contact_id": Rule.MOVED,
    "contact_record.contact_id": Rule.MOVED,
    "contact_note.contact_id": Rule.MOVED,
    "contact_alias.contact_id": Rule.MOVED,
    "merge_event.contact_id": Rule.MOVED,
    # Taking an entry back at the shop counter must not reach the survivor.
    "counter_entry.contact_id": Rule.LEFT,
    # Worked out anew for the survivor, whose `updated_at` says so.
    "contact_stats.contact_id": Rule.ASIDE,
    "stage_change.contact_id": Rule.ASIDE,
    "segment_member.contact_id": Rule.ASIDE,
    "segment_change.contact_id": Rule.ASIDE,
    "quality_finding.contact_id": Rule.ASIDE,
    # Whom we asked lately to look at their profile: a round asks each person once.
    "update_request.contact_id": Rule.ASIDE,
    "match_profile.contact_id": Rule.ASIDE,
    "match_due.contact_id": Rule.ASIDE,
    # `pairs`: who is not the same person as one of them is not the same as both.
    "dup_pair.a_id": Rule.APART,
    "dup_pair.b_id": Rule.APART,
}


def every() -> Iterator[Column[Any]]:
    """All columns that name a contact, by foreign key or by name."""
    contact = Contact.__table__.c.id
    for table in Model.metadata.sorted_tables:
        for column in table.columns:
            leads = any(key.column is contact for key in column.foreign_keys)
            if leads or column.name == "contact_id":
                yield column


def name(column: Column[Any]) -> str:
    """As `RULES` names it."""
    return f"{column.table.name}.{column.name}"


def held(contact_id: int) -> set[str]:
    """Which columns, by their names, name this contact: most tables know nothing of most."""
    return set(db.session.scalars(_asking(), {"contact": contact_id}))


def of(rule: Rule, names: Collection[str]) -> list[Column[Any]]:
    """Those among the columns that follow this rule."""
    return [
        column
        for column in _concerned()
        if name(column) in names and RULES[name(column)] is rule
    ]


@cache
def _concerned() -> list[Column[Any]]:
    return [column for column in every() if RULES[name(column)] is not Rule.LEFT]


@cache
def _asking() -> CompoundSelect[Any]:
    """One question for all tables."""
    number = bindparam("contact", type_=BigInteger)
    return union_all(
        *(
            select(literal(name(column), literal_execute=True)).where(
                exists().where(column == number)
            )
            for column in _concerned()
        )
    )
