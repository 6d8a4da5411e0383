"""Segments that are ready to be used."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core.i18n import _
from webapp.segments import ready_made
from webapp.segments.views.site import blueprint


@blueprint.get("/ready-made")
@requires(Permission.EDIT)
def offer(workspace: Workspace) -> ResponseReturnValue:
    """Those whose data the workspace has."""
    return render_template(
        "segments/ready_made.html", offered=ready_made.offered(workspace)
    )


@blueprint.post("/ready-made/<key>")
@requires(Permission.EDIT)
def use(workspace: Workspace, key: str) -> ResponseReturnValue:
    """Make one of them a segment."""
    segment = ready_made.use(workspace, key)
    flash(_("The segment “%(name)s” is saved.", name=segment.name), "success")
    return redirect(url_for(".show", segment_id=segment.id), 303)
