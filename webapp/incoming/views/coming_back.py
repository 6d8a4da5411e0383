"""Settings: what comes back, by which ways, and what is stuck."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core.i18n import _
from webapp.core.installation import settings
from webapp.core.limits import limiter
from webapp.incoming import jobs, mailboxes, overview
from webapp.incoming.forms import MailboxForm
from webapp.incoming.mailboxes import PasswordInClear, PasswordIsMissing
from webapp.incoming.models import ReturnMailbox

blueprint = Blueprint("incoming", __name__)


@blueprint.get("/")
@requires(Permission.SETTINGS)
def index(workspace: Workspace) -> ResponseReturnValue:
    """Show by which ways what comes back is heard, and what came."""
    return render_template(
        "incoming/index.html",
        ways=overview.ways(workspace, receives=settings().return_listener is not None),
        lately=overview.lately(workspace),
        stuck=overview.stuck(workspace),
        troubles=mailboxes.TROUBLES,
        days=overview.DAYS,
    )


@blueprint.get("/mailbox")
@requires(Permission.SETTINGS)
def mailbox(workspace: Workspace) -> ResponseReturnValue:
    """Show which mailbox is read."""
    found = mailboxes.find(workspace)
    return _form(MailboxForm(obj=found), found)


@blueprint.post("/mailbox")
@requires(Permission.SETTINGS)
def save_mailbox(workspace: Workspace) -> ResponseReturnValue:
    """Read this mailbox from now on, beginning at once."""
    form, found = MailboxForm(), mailboxes.find(workspace)
    if not form.validate():
        return _form(form, found), 422
    try:
        saved = mailboxes.save(workspace, form.terms())
    except PasswordInClear as error:
        form.security.errors = [str(error)]
        return _form(form, found), 422
    except PasswordIsMissing as error:
        form.password.errors = [str(error)]
        return _form(form, found), 422
    jobs.collect.enqueue(mailbox_id=saved.id)
    flash(_("Saved. The inbox is read for the first time now."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/mailbox/read")
@requires(Permission.SETTINGS)
@limiter.limit("30 per hour")
def read_mailbox(workspace: Workspace) -> ResponseReturnValue:
    """Read the mailbox without waiting for its turn."""
    jobs.collect.enqueue(mailbox_id=mailboxes.get(workspace).id)
    flash(_("The inbox is read now. Come back to this page in a moment."), "info")
    return redirect(url_for(".index"), 303)


@blueprint.post("/mailbox/remove")
@requires(Permission.SETTINGS)
def remove_mailbox(workspace: Workspace) -> ResponseReturnValue:
    """Read it no more, and forget its password."""
    mailboxes.remove(workspace)
    flash(_("The inbox is read no more, and its password is forgotten."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/events/<int:event_id>/retry")
@requires(Permission.SETTINGS)
def retry(workspace: Workspace, event_id: int) -> ResponseReturnValue:
    """Read again what could not be read."""
    overview.retry(workspace, event_id)
    flash(_("It is read again now. Come back to this page in a moment."), "info")
    return redirect(url_for(".index"), 303)


def _form(form: MailboxForm, found: ReturnMailbox | None) -> str:
    return render_template("incoming/mailbox.html", form=form, mailbox=found)
