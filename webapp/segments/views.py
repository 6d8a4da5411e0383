"""Segments: the list, the builder, who is in one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, allowed, requires
from webapp.accounts.models import Workspace
from webapp.core.i18n import _
from webapp.core.pages import position
from webapp.segments import describing, drafting, queries, rules, saving
from webapp.segments.catalogue import Catalogue
from webapp.segments.drafting import Rows
from webapp.segments.forms import SegmentForm
from webapp.segments.models import Segment
from webapp.segments.rules import RuleError

blueprint = Blueprint("segments", __name__)


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


@blueprint.get("/new")
@requires(Permission.EDIT)
def new(workspace: Workspace) -> ResponseReturnValue:
    """The builder with one condition to fill in."""
    known = queries.catalogue(workspace)
    return _builder(SegmentForm(), drafting.blank(known), known)


@blueprint.post("/new")
@requires(Permission.EDIT)
def create(workspace: Workspace) -> ResponseReturnValue:
    """Change the rows as a button asked, or keep the new segment."""
    return _build(workspace, None)


@blueprint.get("/<int:segment_id>/edit")
@requires(Permission.EDIT)
def edit(workspace: Workspace, segment_id: int) -> ResponseReturnValue:
    """The builder with the rows of a segment."""
    segment = queries.get_segment(workspace, segment_id)
    known = queries.catalogue(workspace)
    rows = drafting.from_json(segment.rules, known)
    return _builder(SegmentForm(obj=segment), rows, known, segment=segment)


@blueprint.post("/<int:segment_id>/edit")
@requires(Permission.EDIT)
def update(workspace: Workspace, segment_id: int) -> ResponseReturnValue:
    """Change the rows as a button asked, or keep the changed segment."""
    return _build(workspace, queries.get_segment(workspace, segment_id))


@blueprint.post("/count")
@requires(Permission.EDIT)
def count(workspace: Workspace) -> ResponseReturnValue:
    """How many people the rows of the builder match, and the first of them."""
    known = queries.catalogue(workspace)
    try:
        root = rules.read(_posted_json(known), known)
    except RuleError as error:
        return render_template("segments/_count.html", error=error)
    return render_template(
        "segments/_count.html",
        error=None,
        count=queries.count(workspace, root),
        people=_visible_people(workspace, root),
        sentence=describing.sentence(root, known),
    )


@blueprint.get("/<int:segment_id>")
@requires(Permission.VIEW)
def show(workspace: Workspace, segment_id: int) -> ResponseReturnValue:
    """Who is in a segment now."""
    segment = queries.get_segment(workspace, segment_id)
    known = queries.catalogue(workspace)
    try:
        root = rules.read(segment.rules, known)
    except RuleError as error:
        return render_template("segments/show.html", segment=segment, error=error)
    return render_template(
        "segments/show.html",
        segment=segment,
        error=None,
        counted=queries.size(
            workspace, segment, now=request.args.get("count") == "now"
        ),
        sentence=describing.sentence(root, known),
        page=_page_of_people(workspace, segment, root),
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


def _build(workspace: Workspace, segment: Segment | None) -> ResponseReturnValue:
    known = queries.catalogue(workspace)
    form = SegmentForm()
    rows = drafting.from_form(request.form, known)
    if wish := request.form.get("do"):
        changed = drafting.change(rows, wish, known)
        return _builder(form, changed, known, segment=segment)
    if not form.validate_on_submit():
        return _builder(form, rows, known, segment=segment), 422
    data = drafting.to_json(rows)
    try:
        segment = _keep(workspace, segment, form.name.data or "", data)
    except RuleError as error:
        return _builder(form, rows, known, segment=segment, error=error), 422
    flash(_("The segment “%(name)s” is saved.", name=segment.name), "success")
    return redirect(url_for(".show", segment_id=segment.id), 303)


def _keep(
    workspace: Workspace, segment: Segment | None, name: str, data: dict[str, object]
) -> Segment:
    if segment is None:
        return saving.create(workspace, name.strip(), data)
    saving.update(workspace, segment, name.strip(), data)
    return segment


def _builder(
    form: SegmentForm,
    rows: Rows,
    known: Catalogue,
    *,
    segment: Segment | None = None,
    error: RuleError | None = None,
) -> str:
    return render_template(
        "segments/edit.html",
        form=form,
        rows=rows,
        catalogue=known,
        segment=segment,
        error=error,
        bad_path=_path(error.place) if error else "",
    )


def _path(place: str) -> str:
    """From the place of an error (counted from 1) to the name of its row on the page."""
    numbers = [str(int(part) - 1) for part in place.split(".") if part]
    return ".".join(["0", *numbers])


def _posted_json(known: Catalogue) -> dict[str, object]:
    return drafting.to_json(drafting.from_form(request.form, known))


def _visible_people(workspace: Workspace, root: rules.Group) -> object:
    """People are shown to those who may see contacts."""
    if not allowed(Permission.CONTACTS):
        return None
    return queries.first_people(workspace, root)


def _page_of_people(
    workspace: Workspace, segment: Segment, root: rules.Group
) -> object:
    if not allowed(Permission.CONTACTS):
        return None
    return queries.people(
        workspace, segment, root, before=position("before"), after=position("after")
    )
