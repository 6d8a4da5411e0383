"""Two contacts side by side: what each says, what would be kept, why they may be one person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date

from webapp.accounts.models import Workspace
from webapp.contacts import attributes, queries
from webapp.contacts.fields import FIELDS, Kind, attribute_key
from webapp.contacts.models import Attribute, Contact
from webapp.core import countries
from webapp.core.i18n import LOCALES
from webapp.duplicates import (
    choosing,
    foreseeing,
    merging,
    pairs,
    survivorship,
    wording,
)
from webapp.duplicates.foreseeing import Foreseen
from webapp.duplicates.models import DupPair
from webapp.duplicates.survivorship import LONG_AGO, Row, Side
from webapp.duplicates.wording import Said
from webapp.subscriptions import queries as lists
from webapp.subscriptions.queries import Place


@dataclass(frozen=True)
class Value:
    """What one of the two says of a unit, for a reader, and when it was said."""

    text: str
    at: Any = None


@dataclass(frozen=True)
class Line:
    """One unit of both, and whose value is kept unless somebody chooses otherwise."""

    key: str
    label: str
    survivor: Value
    absorbed: Value
    kept: Side
    differs: bool


@dataclass(frozen=True)
class Proposal:
    """All that the page of two contacts tells."""

    pair: DupPair | None
    survivor: Contact
    absorbed: Contact
    places: Mapping[int, list[Place]]
    lines: list[Line]
    foreseen: Foreseen
    why: list[Said]
    doubts: list[str]


def of_two(
    workspace: Workspace, one: Contact, other: Contact, survivor_id: int | None = None
) -> Proposal:
    """The two as a merge would have them; `survivor_id`: who is to stay, by choice.

    :raises ContactIsItself: when they are one contact already.
    """
    if one.id == other.id:
        raise merging.ContactIsItself
    survivor, absorbed = choosing.in_order(one, other)
    if survivor_id == absorbed.id:
        survivor, absorbed = absorbed, survivor
    own = queries.attributes(workspace)
    pair = pairs.of(one, other)
    return Proposal(
        pair,
        survivor,
        absorbed,
        {each.id: lists.places(workspace, each) for each in (survivor, absorbed)},
        [_line(row, own) for row in survivorship.rows(own, survivor, absorbed)],
        foreseeing.foresee(survivor, absorbed),
        wording.tell(pair.levels) if pair else [],
        wording.reasons(pair.reasons) if pair else [],
    )


def choices(form: Mapping[str, str]) -> dict[str, str]:
    """Whose value a colleague chose, by unit; what a form cannot mean is left out."""
    return {
        name.removeprefix(KEEP): side
        for name, side in form.items()
        if name.startswith(KEEP) and side in set(Side)
    }


# How the page names a choice.
KEEP = "keep:"


def _line(row: Row, own: Iterable[Attribute]) -> Line:
    between = " " if row.unit.key == "name" else ", "
    texts = {
        side: Value(
            shown(known.values, own, between),
            known.at if known.at > LONG_AGO else None,
        )
        for side, known in row.sides.items()
    }
    return Line(
        row.unit.key,
        str(row.unit.label),
        texts[Side.SURVIVOR],
        texts[Side.ABSORBED],
        row.kept,
        row.differs,
    )


def shown(
    values: Mapping[str, Any], own: Iterable[Attribute], between: str = ", "
) -> str:
    """The values of a unit as one reads them, in a line."""
    known = {attribute.key: attribute for attribute in own}
    said = [_text(name, value, known) for name, value in values.items()]
    return between.join(text for text in said if text)


def _text(name: str, value: Any, own: Mapping[str, Attribute]) -> str:
    key = attribute_key(name)
    if key is not None:
        return attributes.written(own[key], value) if key in own else str(value)
    if FIELDS[name].kind is Kind.DATE:
        return str(format_date(date.fromisoformat(value), "d MMMM y"))
    if name == "country":
        return countries.name(value)
    if name == "language":
        return str(LOCALES.get(value, value))
    return str(value)
