"""A person wants fewer messages, or none for a while; the gate reads what they chose."""

from datetime import date

from webapp.accounts.models import Workspace
from webapp.consent import pacing
from webapp.contacts.models import Contact, Frequency
from webapp.core import months
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.messages import queries as messages

# What is offered beside a day of one's own.
MONTHS = (1, 3, 6)
LONGEST = 24
# From the most to the fewest.
FREQUENCIES = tuple(Frequency)


class DayIsNotValid(DomainError):
    """A pause ends on a day to come, and not in the far future."""

    message = _l("Choose a day to come, within two years.")
    status = 422


def paused_until(workspace: Workspace, contact: Contact) -> date | None:
    """The day on which campaigns come again; None for whoever is not pausing now."""
    day = contact.paused_until
    return day if day and day > pacing.today(workspace) else None


def offered(workspace: Workspace) -> dict[int, date]:
    """The pauses one can choose in one go, by their months."""
    return {number: _end(workspace, number) for number in MONTHS}


def latest(workspace: Workspace) -> date:
    """The last day on which a pause may end."""
    return _end(workspace, LONGEST)


def day_of(workspace: Workspace, choice: str, typed: str) -> date | None:
    """The end of the pause somebody chose: so many months, or the day they typed; None for no pause.

    :raises DayIsNotValid: for a day that is over, too far off, or none.
    """
    if choice in {str(number) for number in MONTHS}:
        return _end(workspace, int(choice))
    if choice != "day" and not typed.strip():
        return None
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError as error:
        raise DayIsNotValid from error
    if not pacing.today(workspace) < day <= latest(workspace):
        raise DayIsNotValid
    return day


def set_frequency(contact: Contact, frequency: Frequency) -> None:
    """How many campaigns at most from now on; the last one they had counts already."""
    contact.frequency = frequency
    contact.last_campaign_at = (
        None if frequency is Frequency.ALL else messages.last_campaign_at(contact.id)
    )


def is_fewer(frequency: Frequency, than: str) -> bool:
    """Whether somebody who chose this gets fewer campaigns than with the other."""
    return FREQUENCIES.index(frequency) > FREQUENCIES.index(Frequency(than))


def _end(workspace: Workspace, number: int) -> date:
    return months.after(pacing.today(workspace), number)
