"""The types of what a segment may ask about, and the comparisons each of them knows."""

from enum import StrEnum
from typing import Any

from webapp.core.i18n import _l


class Kind(StrEnum):
    """The type of an answer: it decides which operators make sense."""

    TEXT = "text"
    NUMBER = "number"
    # A day, or a moment taken as its day in the workspace's time zone.
    DATE = "date"
    CHOICE = "choice"
    # Several choices at once.
    CHOICES = "choices"
    YES_NO = "yes_no"
    LIST = "list"
    # Something that happens again and again: counted or summed up over a window.
    TIMES = "times"
    # A property of a site event, whose type nobody declared.
    PROPERTY = "property"
    SEGMENT = "segment"
    SAMPLE = "sample"


class Operator(StrEnum):
    """How a subject is compared with a value."""

    EQUALS = "equals"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    CONTAINS = "contains"
    CONTAINS_NOT = "contains_not"
    STARTS = "starts"
    ENDS = "ends"
    EMPTY = "empty"
    FILLED = "filled"
    GREATER = "greater"
    LESS = "less"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    IN_LAST = "in_last"
    NOT_IN_LAST = "not_in_last"
    IN_NEXT = "in_next"
    DAYS_AGO = "days_ago"
    ANNIVERSARY_IN = "anniversary_in"
    ANNIVERSARY_MONTH = "anniversary_month"
    HAS_ANY = "has_any"
    HAS_ALL = "has_all"
    HAS_NONE = "has_none"
    ON = "on"
    NOT_ON = "not_on"
    SINCE = "since"
    LONGER_THAN = "longer_than"
    EXACTLY = "exactly"
    NEVER = "never"
    IN = "in"
    NOT_IN = "not_in"
    ENTERED = "entered"
    PERCENT = "percent"


class Shape(StrEnum):
    """What follows an operator."""

    NOTHING = "nothing"
    ONE = "one"
    MANY = "many"
    # Two values, both included.
    RANGE = "range"
    # A whole number of days, from 1 to 3650.
    DAYS = "days"


O = Operator  # noqa: E741 - the tables below are read more easily so

_EITHER = (O.EMPTY, O.FILLED)
OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    Kind.TEXT: (
        O.EQUALS,
        O.IS_NOT,
        O.ONE_OF,
        O.NONE_OF,
        O.CONTAINS,
        O.CONTAINS_NOT,
        O.STARTS,
        O.ENDS,
        *_EITHER,
    ),
    Kind.NUMBER: (
        O.EQUALS,
        O.IS_NOT,
        O.AT_LEAST,
        O.AT_MOST,
        O.GREATER,
        O.LESS,
        O.BETWEEN,
        *_EITHER,
    ),
    Kind.DATE: (
        O.EQUALS,
        O.IS_NOT,
        O.BEFORE,
        O.AFTER,
        O.BETWEEN,
        O.IN_LAST,
        O.NOT_IN_LAST,
        O.IN_NEXT,
        O.DAYS_AGO,
        O.ANNIVERSARY_IN,
        O.ANNIVERSARY_MONTH,
        *_EITHER,
    ),
    Kind.CHOICE: (O.EQUALS, O.IS_NOT, O.ONE_OF, O.NONE_OF, *_EITHER),
    Kind.CHOICES: (O.HAS_ANY, O.HAS_ALL, O.HAS_NONE, *_EITHER),
    Kind.YES_NO: (O.EQUALS, O.IS_NOT, *_EITHER),
    Kind.LIST: (O.ON, O.NOT_ON, O.SINCE, O.LONGER_THAN),
    Kind.TIMES: (O.AT_LEAST, O.AT_MOST, O.EXACTLY, O.NEVER),
    Kind.PROPERTY: (
        O.EQUALS,
        O.IS_NOT,
        O.CONTAINS,
        O.CONTAINS_NOT,
        O.AT_LEAST,
        O.AT_MOST,
        O.GREATER,
        O.LESS,
        *_EITHER,
    ),
    Kind.SEGMENT: (O.IN, O.NOT_IN, O.ENTERED),
    Kind.SAMPLE: (O.PERCENT,),
}

_SHAPES: dict[Operator, Shape] = {
    **dict.fromkeys(
        (*_EITHER, O.ON, O.NOT_ON, O.IN, O.NOT_IN, O.NEVER, O.ANNIVERSARY_MONTH),
        Shape.NOTHING,
    ),
    **dict.fromkeys(
        (O.ONE_OF, O.NONE_OF, O.HAS_ANY, O.HAS_ALL, O.HAS_NONE), Shape.MANY
    ),
    **dict.fromkeys(
        (
            O.IN_LAST,
            O.NOT_IN_LAST,
            O.IN_NEXT,
            O.DAYS_AGO,
            O.ANNIVERSARY_IN,
            O.LONGER_THAN,
            O.ENTERED,
        ),
        Shape.DAYS,
    ),
    O.BETWEEN: Shape.RANGE,
}
# These say all there is to say: no value follows.
WITHOUT_VALUE = frozenset(
    operator for operator, shape in _SHAPES.items() if shape is Shape.NOTHING
)
# Each of these holds exactly where the other does not, also for whom nothing is known.
OPPOSITES: dict[Operator, Operator] = {
    O.IS_NOT: O.EQUALS,
    O.NONE_OF: O.ONE_OF,
    O.CONTAINS_NOT: O.CONTAINS,
    O.NOT_IN_LAST: O.IN_LAST,
    O.EMPTY: O.FILLED,
    O.HAS_NONE: O.HAS_ANY,
    O.NOT_ON: O.ON,
    O.NOT_IN: O.IN,
}
# What these say changes by the day, with nobody doing anything.
BY_THE_DAY = frozenset(
    {
        O.IN_LAST,
        O.NOT_IN_LAST,
        O.IN_NEXT,
        O.DAYS_AGO,
        O.ANNIVERSARY_IN,
        O.ANNIVERSARY_MONTH,
        O.LONGER_THAN,
        O.ENTERED,
    }
)

WORDS: dict[Operator, Any] = {
    O.EQUALS: _l("is"),
    O.IS_NOT: _l("is not"),
    O.ONE_OF: _l("is one of"),
    O.NONE_OF: _l("is none of"),
    O.CONTAINS: _l("contains"),
    O.CONTAINS_NOT: _l("does not contain"),
    O.STARTS: _l("begins with"),
    O.ENDS: _l("ends with"),
    O.EMPTY: _l("is empty"),
    O.FILLED: _l("is filled in"),
    O.GREATER: _l("is greater than"),
    O.LESS: _l("is less than"),
    O.AT_LEAST: _l("is at least"),
    O.AT_MOST: _l("is at most"),
    O.BETWEEN: _l("is between"),
    O.BEFORE: _l("is before"),
    O.AFTER: _l("is after"),
    O.IN_LAST: _l("is in the last (days)"),
    O.NOT_IN_LAST: _l("is not in the last (days)"),
    O.IN_NEXT: _l("is in the next (days)"),
    O.DAYS_AGO: _l("was exactly (days ago)"),
    O.ANNIVERSARY_IN: _l("has its anniversary in the next (days)"),
    O.ANNIVERSARY_MONTH: _l("has its anniversary this month"),
    O.HAS_ANY: _l("holds one of"),
    O.HAS_ALL: _l("holds all of"),
    O.HAS_NONE: _l("holds none of"),
    O.ON: _l("is on it"),
    O.NOT_ON: _l("is not on it"),
    O.SINCE: _l("subscribed since"),
    O.LONGER_THAN: _l("subscribed for more than (days)"),
    O.EXACTLY: _l("exactly"),
    O.NEVER: _l("never"),
    O.IN: _l("is in it"),
    O.NOT_IN: _l("is not in it"),
    O.ENTERED: _l("entered it in the last (days)"),
    O.PERCENT: _l("per cent of everybody"),
}
# What happens is said otherwise than what is.
TIMES_WORDS: dict[Operator, Any] = {
    O.AT_LEAST: _l("at least"),
    O.AT_MOST: _l("at most"),
}


def shape(operator: Operator) -> Shape:
    """What follows this operator."""
    return _SHAPES.get(operator, Shape.ONE)
