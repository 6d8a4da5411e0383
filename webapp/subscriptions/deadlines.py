"""How long a list waits for a confirmation: the link, the reminder, the forgetting."""

from datetime import datetime, timedelta
from typing import Any

from webapp.core import clock
from webapp.core.errors import DomainError
from webapp.core.i18n import _l

# What was never agreed to is not kept longer (GDPR article 5(1)(e)).
MOST_DAYS = 30


# How long a letter takes to write after the moment its deadline counts from.
_WRITING = timedelta(hours=1)


class DeadlinesDoNotFit(DomainError):
    """These spans of days contradict one another; `field` names the one to change."""

    status = 422

    def __init__(self, field: str, message: Any) -> None:
        """Name the field beside which the message belongs."""
        super().__init__(field)
        self.field = field
        self.message = message


def check(*, link_days: int, reminder_days: int, purge_days: int) -> None:
    """Refuse spans that would end a link before its reminder, or keep a request too long.

    :raises DeadlinesDoNotFit: with the field to change.
    """
    if not 1 <= link_days <= MOST_DAYS:
        raise DeadlinesDoNotFit(
            "link_days", _l("A link works for 1 to %(most)d days.", most=MOST_DAYS)
        )
    if reminder_days >= link_days:
        raise DeadlinesDoNotFit(
            "reminder_days", _l("The reminder would come after the link has expired.")
        )
    if not link_days <= purge_days <= MOST_DAYS:
        raise DeadlinesDoNotFit(
            "purge_days",
            _l(
                "Take %(least)d to %(most)d days: as long as the link works, and no more"
                " than the law lets us wait.",
                least=link_days,
                most=MOST_DAYS,
            ),
        )


def days_left(until: datetime) -> int:
    """The days a mail may name, at least one; the moment it took to write it does not count."""
    return max(1, (until - clock.now() + _WRITING).days)
