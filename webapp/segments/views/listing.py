"""Which segments there are, and who is in one."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, allowed, requires
from webapp.accounts.models import Workspace
from webapp.contacts import queries as contacts
from webapp.core.i18n import _
from webapp.core.pages import position
from webapp.segments import describing, explaining, queries, rules, saving
from webapp.segments.models import Segment
from webapp.segments.rules import RuleError
from webapp.segments.views.site import blueprint


@blueprint.get("/")
@requires(Permission.VIEW)
def index(workspace: Workspace) -> ResponseReturnValue:
    """Every segment with its count, as far as it is known."""
    found, page = queries.find(
        workspace,
        request.args.get("q", "").strip(),
        before=position("before"),
        after=position("after"),
    )
    return render_template("segments/index.html", found=found, page=page)


@blueprint.get("/<int:segment_id>")
@requires(Permission.VIEW)
def show(workspace: Workspace, segment_id: int) -> ResponseReturnValue:
    """Who is in a segment now, and how it grew."""
    segment = queries.get_segment(workspace, segment_id)
    known = queries.catalogue(workspace)
    try:
        root = rules.read(segment.rules, known)
    except RuleError as error:
        page = _page_of_people(workspace, segment, None)
        return render_template(
            "segments/show.html", segment=segment, error=error, page=page
        )
    return render_template(
        "segments/show.html",
        segment=segment,
        error=None,
        counted=queries.size(
            workspace, segment, now=request.args.get("count") == "now"
        ),
        sentence=describing.sentence(root, known),
        measured=queries.measured(workspace) if known.needs_measuring(root) else None,
        page=_page_of_people(workspace, segment, root),
        growth=queries.growth(segment),
        moved=queries.moved(segment),
    )


@blueprint.get("/<int:segment_id>/why/<int:contact_id>")
@requires(Permission.CONTACTS)
def why(workspace: Workspace, segment_id: int, contact_id: int) -> ResponseReturnValue:
    """Why somebody is in a segment, or is not: each condition with its answer."""
    segment = queries.get_segment(workspace, segment_id)
    contact = contacts.get(workspace, contact_id)
    known = queries.catalogue(workspace)
    root = rules.read(segment.rules, known)
    return render_template(
        "segments/why.html",
        segment=segment,
        contact=contact,
        answer=explaining.explain(workspace, root, known, contact),
    )


@blueprint.get("/<int:segment_id>/size")
@requires(Permission.VIEW)
def size(workspace: Workspace, segment_id: int) -> ResponseReturnValue:
    """How many people are in a segment now, for its line in the list."""
    segment = queries.get_segment(workspace, segment_id)
    counted = queries.size(workspace, segment, now=True)
    return render_template("segments/_size.html", segment=segment, counted=counted)


@blueprint.post("/<int:segment_id>/delete")
@requires(Permission.EDIT)
def delete(workspace: Workspace, segment_id: int) -> ResponseReturnValue:
    """Delete a segment that nothing waits for."""
    segment = queries.get_segment(workspace, segment_id)
    saving.delete(workspace, segment)
    flash(_("The segment “%(name)s” is deleted.", name=segment.name), "success")
    return redirect(url_for(".index"), 303)


def _page_of_people(
    workspace: Workspace, segment: Segment, root: rules.Group | None
) -> object:
    """People are shown to those who may see contacts; of a broken segment, whom it last held."""
    if not allowed(Permission.CONTACTS):
        return None
    place = {"before": position("before"), "after": position("after")}
    if root is None:
        return queries.members_page(workspace, segment, **place)
    return queries.people(workspace, segment, root, **place)
