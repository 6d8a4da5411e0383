"""Merge two contacts that nobody proposed: from the page of one of them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contacts import queries
from webapp.core.bad_input import row_number
from webapp.core.i18n import _
from webapp.duplicates import merging, proposing, queue
from webapp.duplicates.views.blueprint import blueprint, colleague


@blueprint.get("/with/<int:contact_id>")
@requires(Permission.CONTACTS)
def choose(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """Who else may be this person: those who look alike, or those with these words."""
    contact = queries.get(workspace, contact_id)
    words = request.args.get("q", "").strip()
    return render_template(
        "duplicates/choose.html",
        contact=contact,
        words=words,
        found=queue.others(workspace, contact, words) if words else [],
        alike=[] if words else queue.partners(workspace, contact),
    )


@blueprint.get("/with/<int:contact_id>/<int:other_id>")
@requires(Permission.CONTACTS)
def compare(
    workspace: Workspace, contact_id: int, other_id: int
) -> ResponseReturnValue:
    """The two side by side, and what a merge would do."""
    contact, other = (queries.get(workspace, one) for one in (contact_id, other_id))
    survivor = request.args.get("survivor", type=row_number)
    return render_template(
        "duplicates/compare.html",
        contact=contact,
        other=other,
        proposal=proposing.of_two(workspace, contact, other, survivor),
    )


@blueprint.post("/with/<int:contact_id>/<int:other_id>")
@requires(Permission.CONTACTS)
def merge_two(
    workspace: Workspace, contact_id: int, other_id: int
) -> ResponseReturnValue:
    """Make the two one."""
    one, other = (queries.get(workspace, each) for each in (contact_id, other_id))
    if request.form.get("survivor", type=row_number) == other.id:
        one, other = other, one
    choices = proposing.choices(request.form)
    merging.merge(workspace, one, other, colleague(), choices)
    flash(
        _(
            "The two contacts are one now. Past merges, under Duplicates, can be undone."
        ),
        "success",
    )
    return redirect(url_for("contacts.show", contact_id=one.id), 303)
