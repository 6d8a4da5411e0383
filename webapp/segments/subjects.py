"""What a segment may ask about: one subject, its type and its words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from webapp.core.i18n import _l
from webapp.segments.kinds import (
    OPERATORS,
    TIMES_WORDS,
    WORDS,
    Kind,
    Operator,
)

ATTRIBUTE = "attribute:"
LIST = "list:"
CONSENT = "consent:"
CONSENT_BASIS = "consent_basis:"
CONSENT_SINCE = "consent_since:"
EVENT = "event:"
SEGMENT = "segment:"
# Between a custom field and a part of it: "attribute:home/city".
PART = "/"
# The longest name of a property of a site event.
LONGEST_PROPERTY = 60


class Heading(StrEnum):
    """Under what a subject is proposed."""

    LISTS = "lists"
    PROFILE = "profile"
    COMPANY = "company"
    CUSTOM = "custom"
    PURCHASES = "purchases"
    MAILS = "mails"
    SITE = "site"
    SCORES = "scores"
    SEGMENTS = "segments"
    SAMPLES = "samples"


HEADINGS: dict[Heading, Any] = {
    Heading.LISTS: _l("Lists and consents"),
    Heading.PROFILE: _l("Profile"),
    Heading.COMPANY: _l("Company"),
    Heading.CUSTOM: _l("Custom fields"),
    Heading.PURCHASES: _l("Purchases"),
    Heading.MAILS: _l("Mails and clicks"),
    Heading.SITE: _l("On your site"),
    Heading.SCORES: _l("Scores and stages"),
    Heading.SEGMENTS: _l("Other segments"),
    Heading.SAMPLES: _l("Samples"),
}


class Measure(StrEnum):
    """What is reckoned of things that happen again and again."""

    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"


@dataclass(frozen=True)
class Subject:
    """One thing to ask about, known in the rules by its key.

    `number` is the row it speaks of (a purpose, a segment); `choices` the values of a choice,
    whose words are in `words`; `measures` and `parts` belong to what happens again and again:
    what can be reckoned, and which conditions each time may have to meet. A subject that
    `needs_measuring` holds, and fails to hold, only for people who agree to be measured now.
    """

    key: str
    label: Any
    kind: Kind
    choices: tuple[str, ...] = ()
    heading: Heading = Heading.PROFILE
    words: Mapping[str, Any] = field(default_factory=dict, hash=False)
    number: int = 0
    measures: tuple[Measure, ...] = ()
    parts: Mapping[str, "Subject"] = field(default_factory=dict, hash=False)
    needs_measuring: bool = False

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The comparisons that make sense here, the usual one first."""
        return OPERATORS[self.kind]

    def word(self, operator: Operator) -> Any:
        """The operator as a person would say it of this subject."""
        if self.kind is Kind.TIMES and operator in TIMES_WORDS:
            return TIMES_WORDS[operator]
        return WORDS[operator]

    def said(self, choice: str) -> Any:
        """A choice in words."""
        return self.words.get(choice, choice)

    def part(self, key: str) -> "Subject | None":
        """What each time may be asked about; of a site event, any property it may have."""
        if self.key.startswith(EVENT) and 0 < len(key) <= LONGEST_PROPERTY:
            return Subject(key, key, Kind.PROPERTY)
        return self.parts.get(key)
