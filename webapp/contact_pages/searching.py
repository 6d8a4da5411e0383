"""What the search box finds: people by their words, and the buyers of orders by number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webapp.accounts.models import Workspace
from webapp.consent.models import State
from webapp.contacts import aliases, queries, searching, words
from webapp.contacts.fields import FIELDS
from webapp.contacts.models import Contact
from webapp.contacts.searching import Found, Place, Sort
from webapp.contacts.words import Piece
from webapp.core.db import db
from webapp.core.i18n import _l
from webapp.purchases import finding
from webapp.subscriptions import queries as lists

# What the table of contacts does not show anyway.
_BESIDE = ("company", "phone", "landline", "postcode")
_PHONES = {"phone", "landline"}

SORTS: dict[Sort, Any] = {
    Sort.NEWEST: _l("Newest first"),
    Sort.CHANGED: _l("Last changed first"),
    Sort.NAME: _l("By name"),
}


@dataclass(frozen=True)
class Wanted:
    """What was typed, and a list to be on; what is empty does not matter."""

    words: str = ""
    list_id: int | None = None
    sort: Sort = Sort.NEWEST


@dataclass(frozen=True)
class Buyer:
    """Somebody found by the number of an order."""

    contact: Contact
    number: list[Piece]


@dataclass(frozen=True)
class Former:
    """Somebody found by an address that was given up in a merge."""

    contact: Contact
    address: list[Piece]


def find(workspace: Workspace, wanted: Wanted, place: Place) -> Found:
    """A page of the people that were searched for.

    :raises NotFound: for a list of another workspace.
    """
    if wanted.list_id is None:
        return searching.search(workspace, wanted.words, wanted.sort, place)
    mailing_list = lists.get_list(workspace, wanted.list_id)
    everybody = queries.matching(workspace, wanted.words)
    people = lists.people(everybody, mailing_list, State.GIVEN)
    return searching.page(people, searching.quick(workspace, wanted.sort), place)


def buyers(workspace: Workspace, typed: str) -> Sequence[Buyer]:
    """The people behind the orders whose number begins so."""
    orders = finding.by_number(workspace, typed)
    number = typed.strip().removeprefix("#")
    return [
        Buyer(
            db.session.get_one(Contact, order.contact_id),
            _beginning(order.number, number),
        )
        for order in orders
    ]


def former(workspace: Workspace, typed: str) -> Sequence[Former]:
    """The people who had an address that begins so before they were made one contact."""
    found = aliases.beginning_with(workspace, typed)
    return [
        Former(contact, _beginning(alias.email, typed.strip()))
        for alias, contact in found
    ]


def marked(contact: Contact, name: str, typed: str) -> list[Piece]:
    """A value of the contact, cut where it is what was searched for."""
    value = str(getattr(contact, name))
    if name in _PHONES:
        return words.phone_pieces(value, typed)
    return words.pieces(value, typed, inside=name == "email")


def beside(contact: Contact, typed: str) -> list[tuple[Any, list[Piece]]]:
    """What else was found of the contact than what the table shows: its field and the value."""
    if not typed:
        return []
    values = ((FIELDS[name].label, marked(contact, name, typed)) for name in _BESIDE)
    return [
        (label, pieces) for label, pieces in values if any(hit for _text, hit in pieces)
    ]


def _beginning(number: str, typed: str) -> list[Piece]:
    start = number.lower().find(typed.lower())
    end = start + len(typed)
    cut = [(number[:start], False), (number[start:end], True), (number[end:], False)]
    return [piece for piece in cut if piece[0]]
