"""Which fields of a contact matter to the workspace, and how much."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contact_pages import facts
from webapp.contact_pages.views.blueprint import blueprint
from webapp.contacts import completeness, queries
from webapp.core.bad_input import row_number
from webapp.core.i18n import _


@blueprint.get("/fields/weights")
@requires(Permission.EDIT)
def show_weights(workspace: Workspace) -> ResponseReturnValue:
    """How much each field counts in the completeness of a profile."""
    return render_template(
        "contacts/weights.html",
        weights=completeness.weights(workspace),
        labels=facts.labels_of(queries.attributes(workspace)),
    )


@blueprint.post("/fields/weights")
@requires(Permission.EDIT)
def weigh_fields(workspace: Workspace) -> ResponseReturnValue:
    """Have other fields matter."""
    chosen = {
        name: request.form.get(name, 0, type=row_number)
        for name in completeness.names(workspace)
    }
    completeness.weigh(workspace, chosen)
    auditing.record(workspace, "fields.weighed")
    flash(_("Saved: the completeness of every profile follows."), "success")
    return redirect(url_for(".show_weights"), 303)
