"""Settings: whom mail comes from, and the server it goes through."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core.errors import DomainError
from webapp.core.i18n import _
from webapp.core.limits import limiter
from webapp.deliverability import choosing, mail_servers, trying_out
from webapp.deliverability.forms import SenderForm, ServerForm
from webapp.deliverability.mail_servers import ServerCannotBeUsed
from webapp.deliverability.transports import Outcome, Result
from webapp.deliverability.trying_out import Finding

blueprint = Blueprint("sending", __name__)


@blueprint.get("/")
@requires(Permission.SETTINGS)
def index(workspace: Workspace) -> ResponseReturnValue:
    """Show how mail leaves the workspace."""
    return _page(workspace)


@blueprint.post("/sender")
@requires(Permission.SETTINGS)
def change_sender(workspace: Workspace) -> ResponseReturnValue:
    """Change whom mail comes from."""
    form = SenderForm()
    if not form.validate():
        return _page(workspace, sender=form), 422
    form.populate_obj(workspace)
    auditing.record(workspace, "sending.changed", workspace)
    flash(_("The sender is changed."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/server")
@requires(Permission.SETTINGS)
def change_server(workspace: Workspace) -> ResponseReturnValue:
    """Send through this server from now on."""
    form = ServerForm()
    if not form.validate():
        return _page(workspace, server=form), 422
    try:
        mail_servers.keep(workspace, form.terms())
    except ServerCannotBeUsed as error:
        form.host.errors = [str(error)]
        return _page(workspace, server=form), 422
    flash(_("The server is kept. Test the connection now."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/server/remove")
@requires(Permission.SETTINGS)
def remove_server(workspace: Workspace) -> ResponseReturnValue:
    """Forget the server and its password."""
    mail_servers.remove(workspace)
    flash(_("The server is removed."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/test-connection")
@requires(Permission.SETTINGS)
@limiter.limit("30 per hour")
def test_connection(workspace: Workspace) -> ResponseReturnValue:
    """Connect as for sending and say what the server answered."""
    try:
        finding = trying_out.connect(choosing.server_for(workspace))
    except DomainError as error:
        finding = Finding(works=False, said=str(error))
    if finding.works:
        flash(_("The server answers and lets us in."), "success")
    else:
        flash(_failed(finding.code, finding.said), "error")
    return redirect(url_for(".index"), 303)


@blueprint.post("/test-mail")
@requires(Permission.SETTINGS)
@limiter.limit("30 per hour")
def send_test(workspace: Workspace) -> ResponseReturnValue:
    """Send one mail to the person who asks."""
    try:
        server = choosing.server_for(workspace)
        outcome = trying_out.send_test(server, workspace, current_user.email)
    except DomainError as error:
        outcome = Outcome(1, Result.UNSENT, text=str(error))
    if outcome.result is Result.ACCEPTED:
        auditing.record(workspace, "sending.tested")
        flash(_accepted(workspace), "success")
    else:
        flash(_failed(outcome.code, outcome.text), "error")
    return redirect(url_for(".index"), 303)


def _accepted(workspace: Workspace) -> str:
    if choosing.goes_to_mailbox(workspace):
        return str(_("The test e-mail is in the mailbox of this installation."))
    return str(_("The server took the test e-mail. Look in your inbox."))


def _failed(code: int, said: str) -> str:
    if code:
        return str(_("The server refused: %(code)s %(said)s", code=code, said=said))
    return str(_("The server cannot be used: %(said)s", said=said))


def _page(
    workspace: Workspace,
    sender: SenderForm | None = None,
    server: ServerForm | None = None,
) -> str:
    account = mail_servers.find(workspace)
    return render_template(
        "settings/sending.html",
        sender=sender or SenderForm(None, obj=workspace),
        server=server or ServerForm(None, obj=account),
        account=account,
        has_password=bool(account and account.secret_encrypted),
        caught=choosing.goes_to_mailbox(workspace),
        opens_mailbox=choosing.opens_mailbox(workspace, current_user),
    )
