"""Settings: one mail server after another: chosen, entered, tried, switched off, removed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core.errors import NotFound
from webapp.core.i18n import _
from webapp.core.limits import limiter
from webapp.deliverability import choosing, mail_servers
from webapp.deliverability.forms import FORMS, ServerForm
from webapp.deliverability.kind_words import WORDS
from webapp.deliverability.mail_servers import (
    AccountCannotBeUsed,
    ServerCannotBeUsed,
    TooManyServers,
)
from webapp.deliverability.models import MailServer, ServerKind
from webapp.deliverability.views import trials

blueprint = Blueprint("mail_servers", __name__)


@blueprint.get("/new")
@requires(Permission.SETTINGS)
def new(workspace: Workspace) -> ResponseReturnValue:  # noqa: ARG001 - the same for all
    """Choose the kind of the server."""
    return render_template("settings/mail_server_kinds.html", words=WORDS)


@blueprint.get("/new/<kind>")
@requires(Permission.SETTINGS)
def enter(
    workspace: Workspace,  # noqa: ARG001 - the same for all
    kind: str,
) -> ResponseReturnValue:
    """The form of a new server of this kind."""
    known = _kind(kind)
    title = "" if known is ServerKind.SMTP else str(WORDS[known].title)
    return _page(FORMS[known](None, name=title), known)


@blueprint.post("/new/<kind>")
@requires(Permission.SETTINGS)
def add(workspace: Workspace, kind: str) -> ResponseReturnValue:
    """Hand mail to this server too, from now on."""
    known = _kind(kind)
    form = FORMS[known]()
    if not form.validate():
        return _page(form, known), 422
    try:
        server = mail_servers.add(workspace, form.terms(known))
    except (ServerCannotBeUsed, TooManyServers) as error:
        _blame(form, error)
        return _page(form, known), 422
    flash(_("The mail server is kept. Send yourself a test e-mail now."), "success")
    return redirect(url_for(".edit", server_id=server.id), 303)


@blueprint.get("/<int:server_id>")
@requires(Permission.SETTINGS)
def edit(workspace: Workspace, server_id: int) -> ResponseReturnValue:
    """The settings of a server, and what can be done with it."""
    server = mail_servers.get(workspace, server_id)
    kind = ServerKind(server.kind)
    terms = mail_servers.terms_of(server)
    return _page(FORMS[kind](None, obj=terms), kind, server)


@blueprint.post("/<int:server_id>")
@requires(Permission.SETTINGS)
def change(workspace: Workspace, server_id: int) -> ResponseReturnValue:
    """Hand mail over on these terms from now on."""
    server = mail_servers.get(workspace, server_id)
    kind = ServerKind(server.kind)
    form = FORMS[kind]()
    if not form.validate():
        return _page(form, kind, server), 422
    try:
        mail_servers.change(workspace, server, form.terms(kind))
    except ServerCannotBeUsed as error:
        _blame(form, error)
        return _page(form, kind, server), 422
    flash(_("The mail server is changed."), "success")
    return redirect(url_for(".edit", server_id=server.id), 303)


@blueprint.post("/<int:server_id>/switch")
@requires(Permission.SETTINGS)
def switch(workspace: Workspace, server_id: int) -> ResponseReturnValue:
    """Let mail go by this server, or leave it alone."""
    server = mail_servers.get(workspace, server_id)
    mail_servers.switch(workspace, server, on=request.form.get("on") == "yes")
    if server.is_active:
        flash(_("The mail server is on."), "success")
    else:
        flash(_("The mail server is off: no mail goes by it."), "success")
    return redirect(url_for("sending.index"), 303)


@blueprint.post("/<int:server_id>/remove")
@requires(Permission.SETTINGS)
def remove(workspace: Workspace, server_id: int) -> ResponseReturnValue:
    """Forget a server and its secret."""
    mail_servers.remove(workspace, mail_servers.get(workspace, server_id))
    flash(_("The mail server is removed."), "success")
    return redirect(url_for("sending.index"), 303)


@blueprint.post("/<int:server_id>/test-connection")
@requires(Permission.SETTINGS)
@limiter.limit("30 per hour")
def test_connection(workspace: Workspace, server_id: int) -> ResponseReturnValue:
    """Connect as for sending and say what the server answered."""
    server = mail_servers.get(workspace, server_id)
    trials.connect(lambda: choosing.server_to_try(workspace, server))
    return redirect(url_for(".edit", server_id=server.id), 303)


@blueprint.post("/<int:server_id>/test-mail")
@requires(Permission.SETTINGS)
@limiter.limit("30 per hour")
def send_test(workspace: Workspace, server_id: int) -> ResponseReturnValue:
    """Send one mail by this server to the person who asks."""
    server = mail_servers.get(workspace, server_id)
    trials.send(workspace, lambda: choosing.server_to_try(workspace, server))
    return redirect(url_for(".edit", server_id=server.id), 303)


def _kind(kind: str) -> ServerKind:
    try:
        return ServerKind(kind)
    except ValueError:
        raise NotFound from None


def _blame(form: ServerForm, error: ServerCannotBeUsed | TooManyServers) -> None:
    """Say what is wrong beside the field that is."""
    wrong = "host" if "host" in form else "name"
    if isinstance(error, AccountCannotBeUsed) and error.about in form:
        wrong = error.about
    form[wrong].errors = [str(error)]


def _page(form: ServerForm, kind: ServerKind, server: MailServer | None = None) -> str:
    is_smtp = kind is ServerKind.SMTP
    has_secret = bool(server and server.secret_encrypted)
    form["secret"].flags.required = not is_smtp and not has_secret
    return render_template(
        "settings/mail_server.html",
        form=form,
        words=WORDS[kind],
        server=server,
        is_smtp=is_smtp,
        has_secret=has_secret,
    )
