"""Settings: the shop as data controller."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, allowed, requires
from webapp.accounts.forms import WorkspaceForm
from webapp.accounts.models import Workspace
from webapp.accounts.views.blueprints import settings
from webapp.core.i18n import _


@settings.get("/")
@requires(Permission.AUDIT)
def index(workspace: Workspace) -> ResponseReturnValue:
    """Lead to the first page of the settings that the person may open."""
    del workspace
    first = ".workspace" if allowed(Permission.SETTINGS) else ".audit_log"
    return redirect(url_for(first), 303)


@settings.route("/workspace", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def workspace(workspace: Workspace) -> ResponseReturnValue:
    """Show and change the workspace."""
    form = WorkspaceForm(obj=workspace)
    if not form.validate_on_submit():
        page = render_template("settings/workspace.html", form=form)
        return page, 422 if form.is_submitted() else 200
    changed = [
        name
        for name, data in form.data.items()
        if name != "csrf_token" and getattr(workspace, name) != data
    ]
    form.populate_obj(workspace)
    if changed:
        auditing.record(workspace, "workspace.changed", workspace, fields=changed)
    flash(_("The workspace is changed."), "success")
    return redirect(url_for(".workspace"), 303)
