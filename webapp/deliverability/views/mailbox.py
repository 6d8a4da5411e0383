"""The built-in mailbox: mail that was caught here instead of being sent."""

from dataclasses import dataclass
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core import mailbox
from webapp.core.errors import NotFound
from webapp.core.i18n import _
from webapp.core.installation import settings
from webapp.core.mailbox import CaughtMessage, MessageNotFound, Summary
from webapp.deliverability import choosing

blueprint = Blueprint("mailbox", __name__)

PAGE_SIZE = 50
# The mail is somebody's writing: no script, no frame, nothing of ours within its reach.
MAIL_POLICY = (
    "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data: 'self' https:; font-src data:; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class Shown:
    """A page of the list; `older` is the key its next page starts from."""

    rows: list[Summary]
    older: str | None


@blueprint.get("/")
@requires(Permission.SETTINGS)
def index(workspace: Workspace) -> ResponseReturnValue:
    """List the mail that was caught, the newest first."""
    directory = _directory(workspace)
    rows = mailbox.list_messages(
        directory,
        search=request.args.get("q", ""),
        before=request.args.get("before"),
        limit=PAGE_SIZE + 1,
    )
    older = rows[PAGE_SIZE - 1].key if len(rows) > PAGE_SIZE else None
    return render_template("mailbox/index.html", shown=Shown(rows[:PAGE_SIZE], older))


@blueprint.get("/<key>")
@requires(Permission.SETTINGS)
def show(workspace: Workspace, key: str) -> ResponseReturnValue:
    """Show one mail: as read, as text, or its headers."""
    mail = _message(workspace, key)
    views = ["html"] * bool(mail.html) + ["text", "source"]
    wanted = request.args.get("view", "")
    return render_template(
        "mailbox/show.html",
        mail=mail,
        views=views,
        view=wanted if wanted in views else views[0],
    )


@blueprint.get("/<key>/html")
@requires(Permission.SETTINGS)
def html(workspace: Workspace, key: str) -> ResponseReturnValue:
    """The HTML of a mail, for the frame it is shown in."""
    page = Response(_message(workspace, key).html, mimetype="text/html")
    page.headers["Content-Security-Policy"] = MAIL_POLICY
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


@blueprint.post("/empty")
@requires(Permission.SETTINGS)
def empty(workspace: Workspace) -> ResponseReturnValue:
    """Throw all caught mail away."""
    mailbox.empty(_directory(workspace))
    auditing.record(workspace, "mailbox.emptied")
    flash(_("The mailbox is empty."), "success")
    return redirect(url_for(".index"), 303)


def _directory(workspace: Workspace) -> Path:
    if not choosing.opens_mailbox(workspace, current_user):
        raise NotFound
    return settings().mailbox_dir


def _message(workspace: Workspace, key: str) -> CaughtMessage:
    try:
        return mailbox.read_message(_directory(workspace), key)
    except MessageNotFound as gone:
        raise NotFound from gone
