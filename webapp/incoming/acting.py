"""What follows from a report: for the message, for the person, for us."""

from webapp.accounts.models import Workspace
from webapp.incoming.reports import Report


def act(report: Report, workspace: Workspace | None) -> None:
    """Have what was reported take effect; hearing it twice, or late, changes nothing more.

    `workspace` is the one whose source proved who it is: it speaks of its own messages
    alone. Without one, the signed token in the report says whose message it is.
    """
