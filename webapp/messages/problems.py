"""What is wrong in a template: where, how bad, and in words an editor understands."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from webapp.core.errors import DomainError
from webapp.core.i18n import _l


class Severity(StrEnum):
    """An error stops the sending; a warning is advice."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One thing to mend; lines and columns count from 1, the message is lazy."""

    line: int
    column: int
    message: Any
    severity: Severity = Severity.ERROR


class TemplateIsRefused(DomainError):
    """A template with errors is never made into a message."""

    message = _l("This template has errors: fix them before sending.")

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Only what stops the sending."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def refuse_errors(problems: Iterable[Problem]) -> None:
    """Stop here when anything is wrong.

    :raises TemplateIsRefused: with the errors, without the warnings.
    """
    if found := errors(problems):
        raise TemplateIsRefused(found)
