"""Rules as they were first written, read as they are written now."""

from typing import Any

from webapp.segments.kinds import Kind, Operator
from webapp.segments.subjects import Subject

VERSION = 1
KEYS = {"version", "root"}
_OF_DATES = {"greater": Operator.AFTER, "less": Operator.BEFORE}


def operator(name: Any, subject: Subject) -> Any:
    """The operator of today for one of then: of dates, "greater" is "after"."""
    if subject.kind is Kind.DATE and isinstance(name, str):
        return _OF_DATES.get(name, name)
    return name
