"""The builder of segments: rows of conditions, who matches them now."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, allowed, requires
from webapp.accounts.models import Workspace
from webapp.core.i18n import _
from webapp.segments import (
    arranging,
    describing,
    drafting,
    drafts,
    estimating,
    posting,
    queries,
    rules,
    saving,
)
from webapp.segments.catalogue import Catalogue
from webapp.segments.drafts import Rows
from webapp.segments.forms import SegmentForm
from webapp.segments.models import Segment
from webapp.segments.rules import RuleError
from webapp.segments.timing import TakesTooLong
from webapp.segments.views.site import blueprint


@blueprint.get("/new")
@requires(Permission.EDIT)
def new(workspace: Workspace) -> ResponseReturnValue:
    """The builder with one condition to fill in."""
    known = queries.catalogue(workspace)
    return _builder(SegmentForm(), drafts.blank(known), known)


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
    about = estimating.estimate(workspace, root, known)
    return render_template(
        "segments/_count.html",
        error=None,
        about=about,
        is_exact=about is not None and about.is_exact,
        people=_visible_people(workspace, root, known),
        sentence=describing.sentence(root, known),
        measured=queries.measured(workspace) if known.needs_measuring(root) else None,
    )


@blueprint.post("/count/exact")
@requires(Permission.EDIT)
def count_exactly(workspace: Workspace) -> ResponseReturnValue:
    """How many people the rows match, counted; in place of the estimate."""
    known = queries.catalogue(workspace)
    try:
        root = rules.read(_posted_json(known), known)
        people = queries.count(workspace, root, known)
    except (RuleError, TakesTooLong) as error:
        return render_template("segments/_exact.html", error=error)
    return render_template("segments/_exact.html", error=None, people=people)


def _build(workspace: Workspace, segment: Segment | None) -> ResponseReturnValue:
    known = queries.catalogue(workspace)
    form = SegmentForm()
    rows = _posted(known)
    if wish := request.form.get("do"):
        changed = arranging.change(rows, wish, known)
        return _builder(form, changed, known, segment=segment), {
            # The count beside the rows listens to this.
            "HX-Trigger-After-Settle": "segment-rows"
        }
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
    row, _dot, part = place.partition(".where.")
    within = row.endswith(".within")
    numbers = [str(int(n) - 1) for n in row.removesuffix(".within").split(".") if n]
    path = ".".join(["0", *numbers])
    return f"{path}.w{int(part) - 1}" if part else path + ".within" * within


def _posted_json(known: Catalogue) -> dict[str, object]:
    return drafting.to_json(_posted(known))


def _posted(known: Catalogue) -> Rows:
    return posting.from_form(request.form.to_dict(flat=False), known)


def _visible_people(
    workspace: Workspace, root: rules.Group, known: Catalogue
) -> object:
    """People are shown to those who may see contacts."""
    if not allowed(Permission.CONTACTS):
        return None
    return queries.first_people(workspace, root, known)
