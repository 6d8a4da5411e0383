"""What a check found: a code with its circumstances, said in words when somebody reads it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from webapp.deliverability.models import DomainHealth


class Subject(StrEnum):
    """What is looked at."""

    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    RETURN_PATH = "return_path"
    SERVER = "server"
    TRACKING = "tracking"


class Level(StrEnum):
    """How bad it is."""

    GOOD = "good"
    ADVICE = "advice"
    PROBLEM = "problem"
    UNKNOWN = "unknown"


# Without these three the large providers refuse mail (Gmail, Yahoo, Microsoft, Orange).
NEEDED = frozenset({Subject.SPF, Subject.DKIM, Subject.DMARC})


@dataclass(frozen=True)
class Finding:
    """One thing found; `detail` fills the words of `code`."""

    subject: Subject
    level: Level
    code: str
    detail: dict[str, Any] = field(default_factory=dict)

    def also(self, **detail: Any) -> "Finding":
        """The same, with more of its circumstances."""
        return replace(self, detail={**self.detail, **detail})

    def stored(self) -> dict[str, Any]:
        """As the row of the domain keeps it."""
        return {
            "subject": self.subject,
            "level": self.level,
            "code": self.code,
            "detail": self.detail,
        }


def good(subject: Subject, code: str, **detail: Any) -> Finding:
    """All is well."""
    return Finding(subject, Level.GOOD, code, detail)


def advice(subject: Subject, code: str, **detail: Any) -> Finding:
    """It works, and could be better."""
    return Finding(subject, Level.ADVICE, code, detail)


def problem(subject: Subject, code: str, **detail: Any) -> Finding:
    """Mail suffers from it."""
    return Finding(subject, Level.PROBLEM, code, detail)


def silent(subject: Subject) -> Finding:
    """The DNS did not say."""
    return Finding(subject, Level.UNKNOWN, "silent")


def read(stored: Iterable[dict[str, Any]]) -> list[Finding]:
    """The findings a row keeps."""
    return [
        Finding(
            Subject(one["subject"]), Level(one["level"]), one["code"], one["detail"]
        )
        for one in stored
    ]


def health(findings: Iterable[Finding]) -> DomainHealth:
    """All findings in one word; unchecked while one of the three needed is not known."""
    levels = {(one.subject, one.level) for one in findings}
    seen = {level for _subject, level in levels}
    if Level.PROBLEM in seen:
        return DomainHealth.RED
    known = {subject for subject, level in levels if level != Level.UNKNOWN}
    if not known >= NEEDED:
        return DomainHealth.UNCHECKED
    return DomainHealth.AMBER if Level.ADVICE in seen else DomainHealth.GREEN


def keep_known(found: list[Finding], before: Iterable[Finding]) -> list[Finding]:
    """Where the DNS was silent, what was found before still stands."""
    mute = {one.subject for one in found if one.level == Level.UNKNOWN}
    stands = [one for one in before if one.subject in mute]
    replaced = {one.subject for one in stands}
    heard = [
        one
        for one in found
        if not (one.level == Level.UNKNOWN and one.subject in replaced)
    ]
    return heard + stands
