"""Try a mail server and say on the next page what came of it."""

from collections.abc import Callable

from flask import flash
from flask_login import current_user

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core.errors import DomainError
from webapp.core.i18n import _
from webapp.deliverability import choosing, trying_out
from webapp.deliverability.transports import Outcome, Result
from webapp.deliverability.transports.kinds import Server
from webapp.deliverability.transports.smtp_server import SmtpServer
from webapp.deliverability.trying_out import Finding


def connect(find: Callable[[], Server]) -> None:
    """Connect to an SMTP server as for sending, and send nothing."""
    try:
        server = find()
    except DomainError as error:
        finding = Finding(works=False, said=str(error))
    else:
        if not isinstance(server, SmtpServer):
            return
        finding = trying_out.connect(server)
    if finding.works:
        flash(_("The server answers and lets us in."), "success")
    else:
        flash(_failed(finding.code, finding.said), "error")


def send(workspace: Workspace, find: Callable[[], Server]) -> None:
    """Send one mail to the person who asks."""
    try:
        outcome = trying_out.send_test(find(), workspace, current_user.email)
    except DomainError as error:
        outcome = Outcome(1, Result.UNSENT, text=str(error))
    if outcome.result is Result.ACCEPTED:
        auditing.record(workspace, "sending.tested")
        flash(_accepted(workspace), "success")
    else:
        flash(_failed(outcome.code, outcome.text), "error")


def _accepted(workspace: Workspace) -> str:
    if choosing.goes_to_mailbox(workspace):
        return str(_("The test e-mail is in the mailbox of this installation."))
    return str(_("The server took the test e-mail. Look in your inbox."))


def _failed(code: int, said: str) -> str:
    if code:
        return str(_("The server refused: %(code)s %(said)s", code=code, said=said))
    return str(_("The server cannot be used: %(said)s", said=said))
