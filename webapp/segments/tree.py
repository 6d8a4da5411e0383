"""The rules of a segment: a small tree, its versioned JSON, and what is refused in it.

    {"v": 2, "root": {"match": "all", "rules": [condition or group, ...]}}

A group holds when "all", "any" or "none" of its rules do. A condition is

    {"subject": "city", "operator": "equals", "value": "Lyon"}

and, of what happens again and again (`Kind.TIMES`), also

    {"subject": "purchases", "measure": "sum", "operator": "at_least", "value": 100,
     "within": {"last": 90}, "where": [{"subject": "category", "operator": "equals", ...}]}

`within` is {"last": days}, {"ago": [near, far]} (days) or {"from": day, "to": day}; without it,
ever. A sample has a "salt": another salt is another sample. Subjects are those of the
`Catalogue`, operators those of `kinds.OPERATORS`. Version 1 is read as well (`upgrading`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from webapp.core.errors import DomainError
from webapp.segments.kinds import Operator
from webapp.segments.subjects import Measure

VERSION = 2
MAX_DEPTH = 5
MAX_CONDITIONS = 60
MAX_ITEMS = 500
MAX_TEXT = 200
# Beyond this a double no longer holds every whole number.
MAX_NUMBER = 10**15
# Ten years of days.
MAX_DAYS = 3650

Plain = str | int | float | bool | date
Value = Plain | tuple[Plain, ...] | None


class Match(StrEnum):
    """Whether every rule of a group must hold, one of them, or none."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True)
class Last:
    """Since the midnight so many days before today."""

    days: int


@dataclass(frozen=True)
class Ago:
    """Between so many and so many days before today, both included."""

    near: int
    far: int


@dataclass(frozen=True)
class Days:
    """From one day to another, both included; either may be left open."""

    first: date | None
    last: date | None


Window = Last | Ago | Days


@dataclass(frozen=True)
class Condition:
    """One question about a contact."""

    subject: str
    operator: Operator
    value: Value = None
    measure: Measure = Measure.COUNT
    within: Window | None = None
    where: tuple["Condition", ...] = ()
    salt: str = ""


@dataclass(frozen=True)
class Group:
    """Conditions and groups, held together by "all", "any" or "none"."""

    match: Match
    rules: tuple["Condition | Group", ...]


class RuleError(DomainError):
    """The rules cannot be used; `place` is the path of the bad one, such as "2.1".

    Inside a condition it goes on: "2.1.within", "2.1.where.1".
    """

    status = 422

    def __init__(self, place: str, message: Any) -> None:
        super().__init__(place, message)
        self.place = place
        self.message = message


def conditions(node: Condition | Group) -> Iterator[Condition]:
    """Every condition in the tree; not those each time has to meet."""
    if isinstance(node, Condition):
        yield node
        return
    for rule in node.rules:
        yield from conditions(rule)


def placed(root: Group, place: str = "") -> Iterator[tuple[str, Condition]]:
    """Every condition with its place, as `RuleError` names it."""
    for number, rule in enumerate(root.rules, 1):
        here = f"{place}.{number}".lstrip(".")
        if isinstance(rule, Condition):
            yield here, rule
        else:
            yield from placed(rule, here)


def write(root: Group) -> dict[str, Any]:
    """The JSON value of the rules; `reading.read` gives them back."""
    return {"v": VERSION, "root": _written(root)}


def _written(node: Condition | Group) -> dict[str, Any]:
    if isinstance(node, Group):
        return {
            "match": node.match.value,
            "rules": [_written(rule) for rule in node.rules],
        }
    written: dict[str, Any] = {"subject": node.subject, "operator": node.operator.value}
    if node.value is not None:
        written["value"] = _plain(node.value)
    if node.measure is not Measure.COUNT:
        written["measure"] = node.measure.value
    if node.within:
        written["within"] = _window(node.within)
    if node.where:
        written["where"] = [_written(part) for part in node.where]
    return written | ({"salt": node.salt} if node.salt else {})


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _window(within: Window) -> dict[str, Any]:
    if isinstance(within, Last):
        return {"last": within.days}
    if isinstance(within, Ago):
        return {"ago": [within.near, within.far]}
    days = {"from": within.first, "to": within.last}
    return {name: day.isoformat() for name, day in days.items() if day}
