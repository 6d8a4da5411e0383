"""The figures of one list and of all: counted at once, or remembered where people are many."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from webapp.accounts.models import Workspace
from webapp.contacts import counting
from webapp.contacts.counting import Counted
from webapp.core import clock
from webapp.subscriptions import queries, reasons
from webapp.subscriptions.models import MailingList
from webapp.subscriptions.queries import Week
from webapp.subscriptions.reasons import Why


def of_list(
    workspace: Workspace, mailing_list: MailingList, *, now: bool
) -> Counted | None:
    """Who is on the list, how it grows and why people left, as `counting.figures` tells it."""

    def count() -> dict[str, Any]:
        return {
            **asdict(queries.figures([mailing_list])[mailing_list.id]),
            "weeks": growth(workspace, [mailing_list]),
            "why_left": [[one.key, one.people] for one in reasons.of(mailing_list)],
        }

    # Another day, another week may have begun.
    today = clock.now().date().isoformat()
    return counting.figures(workspace, ("list", mailing_list.id), today, count, now=now)


def growth(workspace: Workspace, lists: Iterable[MailingList]) -> list[list[Any]]:
    """The weeks as they are remembered."""
    weeks = queries.growth(workspace, lists)
    return [[week.monday.isoformat(), week.came, week.left] for week in weeks]


def weeks(counted: Counted | None) -> list[Week]:
    """The weeks that were counted, the oldest first; none where nothing ever happened."""
    told = counted.figures["weeks"] if counted else []
    found = [Week(date.fromisoformat(day), came, left) for day, came, left in told]
    return found if any(week.came or week.left for week in found) else []


def why_left(counted: Counted | None) -> list[Why]:
    """What those who left said."""
    told = counted.figures["why_left"] if counted else []
    return [Why(key, people) for key, people in told]
