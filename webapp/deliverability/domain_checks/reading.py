"""The findings of a check as a person reads them."""

from dataclasses import dataclass
from typing import Any

from webapp.deliverability.domain_checks import findings
from webapp.deliverability.domain_checks.findings import Finding, Level, Subject
from webapp.deliverability.domain_checks.words import SUBJECTS, WORDS

# The worst says how a subject stands.
_WORST = (Level.PROBLEM, Level.ADVICE, Level.UNKNOWN, Level.GOOD)


@dataclass(frozen=True)
class Said:
    """A finding in words: what it is, what to do."""

    title: str
    todo: str
    level: Level


@dataclass(frozen=True)
class Standing:
    """One subject: how it stands, and why."""

    title: Any
    level: Level
    found: list[Said]


def say(finding: Finding) -> Said:
    """A finding in the reader's language."""
    words = WORDS[finding.code]
    todo = str(words.todo) % finding.detail if words.todo else ""
    return Said(str(words.title) % finding.detail, todo, finding.level)


def by_subject(stored: list[dict[str, Any]]) -> list[Standing]:
    """What the row of a domain keeps, subject by subject."""
    found = findings.read(stored)
    return [
        _standing(subject, [one for one in found if one.subject == subject])
        for subject in Subject
        if any(one.subject == subject for one in found)
    ]


def _standing(subject: Subject, found: list[Finding]) -> Standing:
    levels = {one.level for one in found}
    level = next(one for one in _WORST if one in levels)
    return Standing(SUBJECTS[subject], level, [say(one) for one in found])
