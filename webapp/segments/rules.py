"""The rules of a segment: a small tree, its versioned JSON, and what is refused in it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.segments.subjects import (
    WITHOUT_VALUE,
    Catalogue,
    Kind,
    Operator,
    Subject,
)

VERSION = 1
MAX_DEPTH = 3
MAX_CONDITIONS = 60
MAX_TEXT = 200
# Beyond this a double no longer holds every whole number.
MAX_NUMBER = 10**15
# Ten years of days.
MAX_DAYS = 3650
# No living person was born before, and no calendar of ours goes further.
FIRST_YEAR, LAST_YEAR = 1880, 2200

Value = str | int | float | bool | date | None


class Match(StrEnum):
    """Whether every rule of a group must hold, or one of them."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True)
class Condition:
    """One question about a contact."""

    subject: str
    operator: Operator
    value: Value = None


@dataclass(frozen=True)
class Group:
    """Conditions and groups, held together by "all" or "any"."""

    match: Match
    rules: tuple["Condition | Group", ...]


class RuleError(DomainError):
    """The rules cannot be used; `place` is the path of the bad one, such as "2.1"."""

    status = 422

    def __init__(self, place: str, message: Any) -> None:
        super().__init__(place, message)
        self.place = place
        self.message = message


def read(data: Any, catalogue: Catalogue) -> Group:
    """The rules in a JSON value.

    :raises RuleError: for anything that `write` would not have written for this workspace.
    """
    if not isinstance(data, dict) or set(data) != {"version", "root"}:
        raise RuleError("", _l("These are not the rules of a segment."))
    if data["version"] != VERSION or isinstance(data["version"], bool):
        raise RuleError("", _l("These rules were written by another version."))
    reader = _Reader(catalogue)
    root = reader.node(data["root"], place="", depth=1)
    if not isinstance(root, Group):
        raise RuleError("", _l("These are not the rules of a segment."))
    return root


def write(root: Group) -> dict[str, Any]:
    """The JSON value of the rules; `read` gives them back."""
    return {"version": VERSION, "root": _written(root)}


def _written(node: Condition | Group) -> dict[str, Any]:
    if isinstance(node, Group):
        return {
            "match": node.match.value,
            "rules": [_written(rule) for rule in node.rules],
        }
    written: dict[str, Any] = {"subject": node.subject, "operator": node.operator.value}
    if node.value is not None:
        dated = isinstance(node.value, date)
        written["value"] = node.value.isoformat() if dated else node.value  # type: ignore[union-attr]
    return written


class _Reader:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._conditions = 0

    def node(self, data: Any, *, place: str, depth: int) -> Condition | Group:
        if not isinstance(data, dict):
            raise RuleError(place, _l("This is neither a condition nor a group."))
        if "match" in data:
            return self._group(data, place=place, depth=depth)
        return self._condition(data, place)

    def _group(self, data: dict[str, Any], *, place: str, depth: int) -> Group:
        if depth > MAX_DEPTH:
            raise RuleError(place, _l("Too many groups inside one another."))
        match, rules = data["match"], data.get("rules")
        if set(data) != {"match", "rules"} or match not in tuple(Match):
            raise RuleError(place, _l("This is neither a condition nor a group."))
        if not isinstance(rules, list) or not rules:
            raise RuleError(place, _l("This group has no condition."))
        if len(rules) > MAX_CONDITIONS:
            raise RuleError(place, _too_many())
        return Group(
            Match(match),
            tuple(
                self.node(rule, place=f"{place}.{n}".lstrip("."), depth=depth + 1)
                for n, rule in enumerate(rules, 1)
            ),
        )

    def _condition(self, data: dict[str, Any], place: str) -> Condition:
        self._conditions += 1
        if self._conditions > MAX_CONDITIONS:
            raise RuleError(place, _too_many())
        if not set(data) <= {"subject", "operator", "value"}:
            raise RuleError(place, _l("This is neither a condition nor a group."))
        key = data.get("subject")
        subject = self._catalogue.find(key) if isinstance(key, str) else None
        if subject is None:
            raise RuleError(place, _l("What this condition asks about is gone."))
        operator = data.get("operator")
        if operator not in subject.operators:
            raise RuleError(place, _l("This cannot be compared like that."))
        operator = Operator(operator)
        value = data.get("value")
        if operator in WITHOUT_VALUE:
            if value is not None:
                raise RuleError(place, _l("This condition takes no value."))
            return Condition(subject.key, operator)
        return Condition(subject.key, operator, _value(value, subject, operator, place))


def _value(value: Any, subject: Subject, operator: Operator, place: str) -> Value:
    kind = subject.kind
    if operator is Operator.LONGER_THAN:
        return _days(value, place)
    if operator is Operator.SINCE or kind is Kind.DATE:
        return _date(value, place)
    if kind is Kind.NUMBER:
        return _number(value, place)
    if kind is Kind.YES_NO:
        if not isinstance(value, bool):
            raise RuleError(place, _l("Choose yes or no."))
        return value
    if kind is Kind.CHOICE and value not in subject.choices:
        raise RuleError(place, _l("Choose one of the values of this field."))
    return _text(value, place)


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise RuleError(place, _l("Write the value to compare with."))
    if len(value) > MAX_TEXT:
        raise RuleError(place, _l("This value is too long."))
    # A control character or half a surrogate pair cannot be stored as text.
    if any(ord(character) < 32 or _is_half(character) for character in value):
        raise RuleError(place, _l("This value holds a character that is not text."))
    return value


def _is_half(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _number(value: Any, place: str) -> int | float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    # Written so that "not a number" falls outside as well.
    if not number or not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise RuleError(place, _l("Write a number."))
    return value  # type: ignore[no-any-return]


def _days(value: Any, place: str) -> int:
    if type(value) is not int or not 1 <= value <= MAX_DAYS:
        said = _l("Write a number of days, from 1 to %(most)d.", most=MAX_DAYS)
        raise RuleError(place, said)
    return value


def _date(value: Any, place: str) -> date:
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise RuleError(place, _l("Write a date.")) from None
    if found.isoformat() != value or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise RuleError(place, _l("Write a date."))
    return found


def _too_many() -> Any:
    return _l("A segment has at most %(most)d conditions.", most=MAX_CONDITIONS)
