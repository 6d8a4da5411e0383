"""Settings: how much each mail server hands over to each mailbox provider, and why not more."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core.errors import NotFound
from webapp.core.i18n import _
from webapp.lanes import adjusting, overview, recommended, warming
from webapp.lanes.forms import LimitsForm, form_for
from webapp.lanes.overview import Line, Server

blueprint = Blueprint("lanes", __name__)


@blueprint.get("/")
@requires(Permission.SETTINGS)
def index(workspace: Workspace) -> ResponseReturnValue:
    """Every server and its lanes."""
    return render_template(
        "lanes/index.html",
        servers=overview.servers(workspace, current_user),
        plan=warming.PLAN,
    )


@blueprint.get("/<int:server_id>/figures")
@requires(Permission.SETTINGS)
def follow(workspace: Workspace, server_id: int) -> ResponseReturnValue:
    """The lanes of one server as they are by now."""
    server = overview.server(workspace, current_user, server_id)
    return render_template("lanes/_lanes.html", server=server, plan=warming.PLAN)


@blueprint.get("/<int:server_id>/<provider>")
@requires(Permission.SETTINGS)
def edit(workspace: Workspace, server_id: int, provider: str) -> ResponseReturnValue:
    """The terms of one lane."""
    server = overview.server(workspace, current_user, server_id)
    line = _line(server, provider)
    return _page(server, line, form_for(provider)(None, obj=line.terms))


@blueprint.post("/<int:server_id>/<provider>")
@requires(Permission.SETTINGS)
def adjust(workspace: Workspace, server_id: int, provider: str) -> ResponseReturnValue:
    """Hand over on other terms from now on."""
    server = overview.server(workspace, current_user, server_id)
    line, form = _line(server, provider), form_for(provider)()
    if not form.validate():
        return _page(server, line, form), 422
    adjusting.adjust(workspace, server, provider, form.terms())
    flash(_("The lane is changed."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:server_id>/<provider>/recommended")
@requires(Permission.SETTINGS)
def recommend(
    workspace: Workspace, server_id: int, provider: str
) -> ResponseReturnValue:
    """Go back to what is recommended."""
    server = overview.server(workspace, current_user, server_id)
    adjusting.as_recommended(workspace, server, provider)
    flash(_("The lane is as recommended."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:server_id>/<provider>/open")
@requires(Permission.SETTINGS)
def open_again(
    workspace: Workspace, server_id: int, provider: str
) -> ResponseReturnValue:
    """Open a lane that a provider's answers closed or slowed down."""
    server = overview.server(workspace, current_user, server_id)
    adjusting.open_again(workspace, server, provider)
    flash(_("The lane is open again."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:server_id>/warm-up")
@requires(Permission.SETTINGS)
def start_warm_up(workspace: Workspace, server_id: int) -> ResponseReturnValue:
    """Begin to warm a server up."""
    server = overview.server(workspace, current_user, server_id)
    adjusting.start_warm_up(workspace, server)
    flash(_("The server warms up from today on."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:server_id>/warm-up/stop")
@requires(Permission.SETTINGS)
def stop_warm_up(workspace: Workspace, server_id: int) -> ResponseReturnValue:
    """Hold a server's mail back no longer."""
    server = overview.server(workspace, current_user, server_id)
    adjusting.stop_warm_up(workspace, server)
    flash(_("The warm-up is over: nothing is held back."), "success")
    return redirect(url_for(".index"), 303)


def _line(server: Server, provider: str) -> Line:
    for line in (*server.used, *server.unused):
        if line.provider == provider:
            return line
    raise NotFound


def _page(server: Server, line: Line, form: LimitsForm) -> str:
    return render_template(
        "lanes/edit.html",
        server=server,
        line=line,
        form=form,
        recommended=recommended.terms(line.provider, by_a_service=server.by_a_service),
    )
