"""The values of conditions: what each type takes, and a refusal in words for the rest."""

from datetime import date
from typing import Any

from webapp.core.i18n import _l
from webapp.segments.kinds import Kind, Operator, Shape, shape
from webapp.segments.subjects import Measure, Subject
from webapp.segments.tree import (
    MAX_DAYS,
    MAX_ITEMS,
    MAX_NUMBER,
    MAX_TEXT,
    Plain,
    RuleError,
    Value,
)

# No living person was born before, and no calendar of ours goes further.
FIRST_YEAR, LAST_YEAR = 1880, 2200
MOST_TIMES = 1_000_000
# Of a site event nobody declared the type: these compare numbers, the others words.
_NUMERIC = {Operator.GREATER, Operator.LESS, Operator.AT_LEAST, Operator.AT_MOST}


def read(
    value: Any, subject: Subject, operator: Operator, measure: Measure, place: str
) -> Value:
    """The value after this operator.

    :raises RuleError: when it is none.
    """
    match shape(operator):
        case Shape.DAYS:
            return days(value, place)
        case Shape.MANY:
            return _many(value, subject, operator, place)
        case Shape.RANGE:
            return _range(value, subject, operator, place)
    if subject.kind is Kind.TIMES and measure is Measure.COUNT:
        return _times(value, operator, place)
    return _one(value, subject, operator, place)


def days(value: Any, place: str) -> int:
    """A number of days; raises RuleError for anything else."""
    if type(value) is not int or not 1 <= value <= MAX_DAYS:
        said = _l("Write a number of days, from 1 to %(most)d.", most=MAX_DAYS)
        raise RuleError(place, said)
    return value


def day(value: Any, place: str) -> date:
    """A day written as 2026-12-31; raises RuleError for anything else."""
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise RuleError(place, _l("Write a date.")) from None
    if found.isoformat() != value or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise RuleError(place, _l("Write a date."))
    return found


def is_text(value: str) -> bool:
    """Whether the database can keep it: no control character, no half of a surrogate pair."""
    return not any(ord(one) < 32 or "\ud800" <= one <= "\udfff" for one in value)


def _many(
    value: Any, subject: Subject, operator: Operator, place: str
) -> tuple[Plain, ...]:
    if not isinstance(value, list) or not value:
        raise RuleError(place, _l("Write one value at least."))
    if len(value) > MAX_ITEMS:
        raise RuleError(place, _l("At most %(most)d values.", most=MAX_ITEMS))
    return tuple(_one(one, subject, operator, place) for one in value)


def _range(
    value: Any, subject: Subject, operator: Operator, place: str
) -> tuple[Plain, ...]:
    if not isinstance(value, list) or len(value) != 2:
        raise RuleError(place, _l("Write two values."))
    low, high = (_one(one, subject, operator, place) for one in value)
    if low > high:  # type: ignore[operator]
        raise RuleError(place, _l("The first value is greater than the second."))
    return low, high


def _one(value: Any, subject: Subject, operator: Operator, place: str) -> Plain:
    kind = subject.kind
    if operator is Operator.SINCE or kind is Kind.DATE:
        return day(value, place)
    if operator is Operator.PERCENT:
        return _percent(value, place)
    if kind in {Kind.NUMBER, Kind.TIMES} or operator in _NUMERIC:
        return _number(value, place)
    if kind is Kind.PROPERTY and not isinstance(value, str):
        return _yes_or_number(value, operator, place)
    if kind is Kind.YES_NO:
        return _yes_no(value, place)
    if kind in {Kind.CHOICE, Kind.CHOICES} and value not in subject.choices:
        raise RuleError(place, _l("Choose one of the values of this field."))
    return _text(value, place)


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise RuleError(place, _l("Write the value to compare with."))
    if len(value) > MAX_TEXT:
        raise RuleError(place, _l("This value is too long."))
    if not is_text(value):
        raise RuleError(place, _l("This value holds a character that is not text."))
    return value


def _yes_no(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise RuleError(place, _l("Choose yes or no."))
    return value


def _yes_or_number(value: Any, operator: Operator, place: str) -> Plain:
    if isinstance(value, bool) and operator in {Operator.EQUALS, Operator.IS_NOT}:
        return value
    if operator is Operator.CONTAINS or operator is Operator.CONTAINS_NOT:
        raise RuleError(place, _l("Write the value to compare with."))
    return _number(value, place)


def _number(value: Any, place: str) -> int | float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    # Written so that "not a number" falls outside as well.
    if not number or not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise RuleError(place, _l("Write a number."))
    return value  # type: ignore[no-any-return]


def _times(value: Any, operator: Operator, place: str) -> int:
    least = 1 if operator is Operator.AT_LEAST else 0
    if type(value) is not int or not least <= value <= MOST_TIMES:
        said = _l("Write how often: a whole number from %(least)d.", least=least)
        raise RuleError(place, said)
    return value


def _percent(value: Any, place: str) -> int | float:
    found = _number(value, place)
    if not 0.1 <= found <= 99.9:
        raise RuleError(place, _l("Write a percentage from 0.1 to 99.9."))
    return found
