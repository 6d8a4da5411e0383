"""What a segment may ask about, and how: the closed set of subjects and operators."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from webapp.core.i18n import _l


class Kind(StrEnum):
    """The type of an answer: it decides which operators make sense."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"
    LIST = "list"


class Operator(StrEnum):
    """How a subject is compared with a value."""

    EQUALS = "equals"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    EMPTY = "empty"
    FILLED = "filled"
    GREATER = "greater"
    LESS = "less"
    ON = "on"
    NOT_ON = "not_on"
    SINCE = "since"
    LONGER_THAN = "longer_than"


# These say all there is to say: no value follows.
WITHOUT_VALUE = frozenset(
    {Operator.EMPTY, Operator.FILLED, Operator.ON, Operator.NOT_ON}
)

OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    Kind.TEXT: (
        Operator.EQUALS,
        Operator.IS_NOT,
        Operator.CONTAINS,
        Operator.EMPTY,
        Operator.FILLED,
    ),
    Kind.NUMBER: (
        Operator.EQUALS,
        Operator.IS_NOT,
        Operator.GREATER,
        Operator.LESS,
        Operator.EMPTY,
        Operator.FILLED,
    ),
    Kind.DATE: (
        Operator.EQUALS,
        Operator.IS_NOT,
        Operator.GREATER,
        Operator.LESS,
        Operator.EMPTY,
        Operator.FILLED,
    ),
    Kind.CHOICE: (
        Operator.EQUALS,
        Operator.IS_NOT,
        Operator.EMPTY,
        Operator.FILLED,
    ),
    Kind.YES_NO: (
        Operator.EQUALS,
        Operator.IS_NOT,
        Operator.EMPTY,
        Operator.FILLED,
    ),
    Kind.LIST: (
        Operator.ON,
        Operator.NOT_ON,
        Operator.SINCE,
        Operator.LONGER_THAN,
    ),
}

WORDS: dict[Operator, Any] = {
    Operator.EQUALS: _l("is"),
    Operator.IS_NOT: _l("is not"),
    Operator.CONTAINS: _l("contains"),
    Operator.EMPTY: _l("is empty"),
    Operator.FILLED: _l("is filled in"),
    Operator.GREATER: _l("is greater than"),
    Operator.LESS: _l("is less than"),
    Operator.ON: _l("is on it"),
    Operator.NOT_ON: _l("is not on it"),
    Operator.SINCE: _l("subscribed since"),
    Operator.LONGER_THAN: _l("subscribed for more than (days)"),
}
DATE_WORDS: dict[Operator, Any] = {
    Operator.GREATER: _l("is after"),
    Operator.LESS: _l("is before"),
}

ATTRIBUTE = "attribute:"
LIST = "list:"


@dataclass(frozen=True)
class Subject:
    """One thing to ask about; `key` is a contact's column, `attribute:<key>` or `list:<id>`."""

    key: str
    label: Any
    kind: Kind
    choices: tuple[str, ...] = ()

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The comparisons that make sense here, the usual one first."""
        return OPERATORS[self.kind]

    def word(self, operator: Operator) -> Any:
        """The operator as a person would say it of this subject."""
        if self.kind is Kind.DATE and operator in DATE_WORDS:
            return DATE_WORDS[operator]
        return WORDS[operator]


PROFILE = (
    Subject("email", _l("E-mail address"), Kind.TEXT),
    Subject("civility", _l("Civility"), Kind.TEXT),
    Subject("first_name", _l("First name"), Kind.TEXT),
    Subject("last_name", _l("Last name"), Kind.TEXT),
    Subject("phone", _l("Phone"), Kind.TEXT),
    Subject("postcode", _l("Postcode"), Kind.TEXT),
    Subject("city", _l("City"), Kind.TEXT),
    Subject("country", _l("Country"), Kind.TEXT),
    Subject("language", _l("Language"), Kind.TEXT),
    Subject("birth_date", _l("Date of birth"), Kind.DATE),
)


class Catalogue:
    """Every subject of one workspace, in the order in which they are proposed."""

    def __init__(self, lists: Iterable[Subject], attributes: Iterable[Subject]) -> None:
        self.lists = tuple(lists)
        self.attributes = tuple(attributes)
        self._known = {
            subject.key: subject
            for subject in (*PROFILE, *self.lists, *self.attributes)
        }

    def find(self, key: str) -> Subject | None:
        """The subject with this key, if the workspace has it."""
        return self._known.get(key)

    @property
    def groups(self) -> list[tuple[Any, tuple[Subject, ...]]]:
        """The subjects under their headings; empty headings are left out."""
        headed = [
            (_l("Lists"), self.lists),
            (_l("Profile"), PROFILE),
            (_l("Custom fields"), self.attributes),
        ]
        return [(heading, subjects) for heading, subjects in headed if subjects]

    @property
    def first(self) -> Subject:
        """What a new condition asks about."""
        return self.lists[0] if self.lists else PROFILE[0]
