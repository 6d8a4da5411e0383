"""Settings: whom mail comes from, and the servers it goes through."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core.i18n import _
from webapp.core.limits import limiter
from webapp.deliverability import choosing, mail_servers
from webapp.deliverability.forms import SenderForm
from webapp.deliverability.kind_words import WORDS
from webapp.deliverability.views import trials

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


@blueprint.post("/test-connection")
@requires(Permission.SETTINGS)
@limiter.limit("30 per hour")
def test_connection(workspace: Workspace) -> ResponseReturnValue:
    """Connect as for sending and say what the server answered."""
    trials.connect(lambda: choosing.server_for(workspace))
    return redirect(url_for(".index"), 303)


@blueprint.post("/test-mail")
@requires(Permission.SETTINGS)
@limiter.limit("30 per hour")
def send_test(workspace: Workspace) -> ResponseReturnValue:
    """Send one mail to the person who asks."""
    trials.send(workspace, lambda: choosing.server_for(workspace))
    return redirect(url_for(".index"), 303)


def _page(workspace: Workspace, sender: SenderForm | None = None) -> str:
    return render_template(
        "settings/sending.html",
        sender=sender or SenderForm(None, obj=workspace),
        servers=mail_servers.every(workspace),
        words=WORDS,
        shares=choosing.shares_now(workspace),
        caught=choosing.goes_to_mailbox(workspace),
        opens_mailbox=choosing.opens_mailbox(workspace, current_user),
    )
