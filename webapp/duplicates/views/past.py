"""The merges there were, each to be undone."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core.errors import DomainError
from webapp.core.i18n import _
from webapp.core.pages import keyset_page, position
from webapp.duplicates import past, undoing
from webapp.duplicates.models import MergeEvent
from webapp.duplicates.views.blueprint import blueprint, colleague


@blueprint.get("/merges")
@requires(Permission.CONTACTS)
def merges(workspace: Workspace) -> ResponseReturnValue:
    """What was merged, by whom and why, the latest first."""
    kind = request.args.get("kind", "")
    page = keyset_page(
        past.merges(workspace, kind),
        MergeEvent,
        before=position("before"),
        after=position("after"),
    )
    return render_template(
        "duplicates/merges.html",
        page=page,
        told=past.tell(page.rows),
        kind=kind,
        kinds=past.KINDS,
    )


@blueprint.post("/merges/<int:event_id>/undo")
@requires(Permission.CONTACTS)
def undo(workspace: Workspace, event_id: int) -> ResponseReturnValue:
    """Make two contacts of one again."""
    event = undoing.get(workspace, event_id)
    to = ".index" if request.form.get("back") == "queue" else ".merges"
    try:
        back = undoing.undo(event, colleague())
    except DomainError as error:
        flash(str(error), "warning")
        return redirect(url_for(to), 303)
    flash(
        _(
            "They are two contacts again: %(name)s is back. What came in since the merge"
            " stays with the other one.",
            name=back.full_name or back.email,
        ),
        "success",
    )
    return redirect(url_for(to), 303)
