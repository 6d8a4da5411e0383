"""The mail that says which providers refuse or hold up the mail of a workspace."""

import re
from collections.abc import Sequence

from webapp.accounts import queries
from webapp.accounts.models import Workspace
from webapp.core import installation
from webapp.core.i18n import speaking
from webapp.messages import posting
from webapp.messages.models import Kind
from webapp.reputation import words
from webapp.reputation.models import SendingAlarm

# Anybody can report a bounce in words of their own: none of them is one click away here.
_LINK = re.compile(r"(?:https?:|www\.)\S*", re.IGNORECASE)


def tell_of_alarms(workspace: Workspace, alarms: Sequence[SendingAlarm]) -> None:
    """Tell the owners of all of them in one mail, each in their language."""
    path = f"/w/{workspace.slug}/deliverability/"
    for owner in queries.owners(workspace):
        with speaking(owner.locale):
            told = [
                {
                    "kind": alarm.kind,
                    "provider": words.provider(alarm.provider),
                    "said": _LINK.sub("…", alarm.said),
                }
                for alarm in alarms
            ]
        posting.post(
            "sending_alarm",
            to=owner.email,
            workspace=workspace,
            locale=owner.locale,
            kind=Kind.SYSTEM,
            content={"url": installation.address(path), "alarms": told},
        )
