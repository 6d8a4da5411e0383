"""Which of two values a merged contact keeps: what people said themselves before what was imported.

Values that belong together, such as the lines of an address, are kept together.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from webapp.contacts import records
from webapp.contacts.fields import ATTRIBUTE, FIELDS, Group
from webapp.contacts.models import Attribute, Contact, Frequency
from webapp.contacts.records import Origin
from webapp.core.i18n import _l


class Side(StrEnum):
    """One of the two contacts."""

    SURVIVOR = "survivor"
    ABSORBED = "absorbed"

    @property
    def other(self) -> "Side":
        """The one across."""
        return Side.ABSORBED if self is Side.SURVIVOR else Side.SURVIVOR


LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Unit:
    """Fields that are kept together, and what they are called."""

    key: str
    label: Any
    names: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What one contact says of a unit: its values by field, and how the latest of them came."""

    values: Mapping[str, Any]
    declared: bool = False
    at: datetime = LONG_AGO


@dataclass(frozen=True)
class Row:
    """One unit of both contacts, and what becomes of it unless somebody chooses otherwise."""

    unit: Unit
    sides: Mapping[Side, Known]
    kept: Side
    # Nothing contradicts: what one of them lacks, the other fills in.
    is_filled: bool

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return bool(
            self.sides[Side.SURVIVOR].values
            and self.sides[Side.ABSORBED].values
            and not self.is_filled
        )


# What people or colleagues said, and not a file.
_BY_FILE = frozenset({"import", "demo"})
# Of two that files brought, the later one; of anything else, the longer one.
_LATEST = frozenset({"civility", "birth_date"})
_TOGETHER = (
    Unit("name", _l("Name"), ("first_name", "last_name")),
    Unit(
        "address",
        _l("Address"),
        tuple(key for key, one in FIELDS.items() if one.group is Group.ADDRESS),
    ),
    Unit(
        "company",
        _l("Company"),
        tuple(
            key
            for key, one in FIELDS.items()
            if one.group is Group.COMPANY and key != "job_title"
        ),
    ),
)
_STRICTNESS = (Frequency.ALL, Frequency.WEEKLY, Frequency.MONTHLY)


def _latest(one: Any, other: Any) -> Any:
    return max((each for each in (one, other) if each is not None), default=None)


def _strictest(one: str, other: str) -> str:
    return max((one, other), key=lambda each: _STRICTNESS.index(Frequency(each)))


# What nobody chooses: {column: what becomes of (survivor's, absorbed's)}.
COLUMNS: dict[str, Callable[[Any, Any], Any]] = {
    "created_at": min,
    "last_contact_at": max,
    "frequency": _strictest,
    "paused_until": _latest,
    "last_campaign_at": _latest,
}
# What stays as the survivor has it, and why.
OWN: dict[str, str] = {
    "id": "it is the survivor's",
    "workspace_id": "both are of one workspace",
    "email": "the address that is written to, with its own consents",
    "restricted_at": "contacts whose data is restricted are not merged",
    "last_open_on": "of one address, for nothing but to stop writing to it",
    "source": "it goes with created_at: see `first_door`",
    "attributes": "unit by unit",
    "updated_at": "the moment of the merge",
}


def units(own: Iterable[Attribute], contacts: Iterable[Contact]) -> list[Unit]:
    """All there is to keep, in the order of the page; also of fields that were removed since."""
    together = {name for unit in _TOGETHER for name in unit.names}
    alone = [
        Unit(key, field.label, (key,))
        for key, field in FIELDS.items()
        if key not in together and key != "email"
    ]
    names = {one.key: one.name for one in own}
    keys = sorted({*names, *(key for one in contacts for key in one.attributes)})
    custom = [
        Unit(f"{ATTRIBUTE}{key}", names.get(key, key), (f"{ATTRIBUTE}{key}",))
        for key in keys
    ]
    return [*_TOGETHER, *alone, *custom]


def rows(own: Iterable[Attribute], survivor: Contact, absorbed: Contact) -> list[Row]:
    """Everything the two say, side by side; what neither knows is left out."""
    told = {
        Side.SURVIVOR: (records.values(survivor), records.origin(survivor)),
        Side.ABSORBED: (records.values(absorbed), records.origin(absorbed)),
    }
    found = []
    for unit in units(own, (survivor, absorbed)):
        sides = {side: _known(unit, *told[side]) for side in Side}
        if any(known.values for known in sides.values()):
            found.append(_row(unit, sides))
    return found


def outcome(rows: Iterable[Row], choices: Mapping[str, str]) -> dict[str, Any]:
    """What the survivor is to say, by field; what a merge leaves alone is not there."""
    kept: dict[str, Any] = {}
    for row in rows:
        kept |= _kept(row, choices.get(row.unit.key))
    return kept


def columns(survivor: Contact, absorbed: Contact) -> dict[str, Any]:
    """What becomes of the columns that nobody chooses."""
    found = {
        name: rule(getattr(survivor, name), getattr(absorbed, name))
        for name, rule in COLUMNS.items()
    }
    return found | {"source": first_door(survivor, absorbed)}


def first_door(survivor: Contact, absorbed: Contact) -> str:
    """By which door the person came first."""
    return min((survivor, absorbed), key=lambda one: one.created_at).source


def _kept(row: Row, choice: str | None) -> dict[str, Any]:
    if choice is None and row.is_filled:
        return {**row.sides[row.kept.other].values, **row.sides[row.kept].values}
    side = Side(choice) if choice else row.kept
    chosen = row.sides[side].values
    # A whole address, not the street of one and the town of the other.
    return {name: chosen.get(name) for name in row.unit.names}


def _row(unit: Unit, sides: Mapping[Side, Known]) -> Row:
    survivor, absorbed = sides[Side.SURVIVOR], sides[Side.ABSORBED]
    kept = Side.ABSORBED if _wins(unit, absorbed, survivor) else Side.SURVIVOR
    return Row(unit, sides, kept, _agree(survivor.values, absorbed.values))


def _wins(unit: Unit, one: Known, other: Known) -> bool:
    """Whether the one is kept rather than the other."""
    if not one.values or not other.values:
        return bool(one.values)
    if unit.key.startswith(ATTRIBUTE):
        return one.at > other.at
    if one.declared != other.declared:
        return one.declared
    if one.declared or unit.key in _LATEST:
        return one.at > other.at
    return (_length(one), one.at) > (_length(other), other.at)


def _agree(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    shared = one.keys() & other.keys()
    return all(_plain(one[name]) == _plain(other[name]) for name in shared)


def _plain(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _length(known: Known) -> int:
    return sum(len(str(value)) for value in known.values.values())


def _known(
    unit: Unit, values: Mapping[str, Any], origins: Mapping[str, Origin]
) -> Known:
    said = {name: values[name] for name in unit.names if name in values}
    if not said:
        return Known({})
    latest = max((origins[name] for name in said), key=lambda one: one.at)
    return Known(said, latest.source not in _BY_FILE, latest.at)
