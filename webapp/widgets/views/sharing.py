"""Links to a widget that are told apart: made, passed on, printed, counted."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contacts.reading import one_line
from webapp.core.i18n import LOCALES, _
from webapp.widgets import qr_codes, queries, sharing, sources
from webapp.widgets.design import Design
from webapp.widgets.models import Widget, WidgetSource
from webapp.widgets.sources import LONGEST_NAME, SourceIsThere
from webapp.widgets.views.results import base_url
from webapp.widgets.views.site import blueprint

# How a QR code can be taken away: its type, and what draws it.
DRAWINGS = {
    "svg": ("image/svg+xml", qr_codes.svg),
    "png": ("image/png", qr_codes.png),
}
# Posters on a sheet of A4: one as large as it, or four to cut.
SHEETS = {"a4": 1, "a6": 4}


@blueprint.post("/<int:widget_id>/sources")
@requires(Permission.EDIT)
def add_source(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """A link of its own for one place."""
    widget = queries.get_widget(workspace, widget_id)
    name = one_line(request.form.get("name", ""), LONGEST_NAME)
    if not name:
        flash(_("Say where the link will stand."), "error")
        return _back(widget)
    try:
        source = sources.add(widget, name)
    except SourceIsThere as error:
        flash(str(error), "error")
        return _back(widget)
    auditing.record(workspace, "widget.source_added", widget, source=name)
    return redirect(
        url_for(".show_source", widget_id=widget.id, source_id=source.id), 303
    )


@blueprint.get("/<int:widget_id>/sources/<int:source_id>")
@requires(Permission.VIEW)
def show_source(
    workspace: Workspace, widget_id: int, source_id: int
) -> ResponseReturnValue:
    """One link: its QR code, the ways to pass it on, what it brought."""
    widget, source = _find(workspace, widget_id, source_id)
    address = sources.address(widget, source, base_url())
    return render_template(
        "widgets/source.html",
        widget=widget,
        source=source,
        address=address,
        figures=sources.figures(source),
        ways=sharing.ways(_design(widget), address),
    )


@blueprint.post("/<int:widget_id>/sources/<int:source_id>/archive")
@requires(Permission.EDIT)
def archive_source(
    workspace: Workspace, widget_id: int, source_id: int
) -> ResponseReturnValue:
    """Put the link away; where it hangs, it goes on working."""
    widget, source = _find(workspace, widget_id, source_id)
    sources.archive(source)
    auditing.record(workspace, "widget.source_archived", widget, source=source.name)
    flash(
        _("“%(name)s” is archived. The link goes on working.", name=source.name),
        "success",
    )
    return _back(widget)


@blueprint.get("/<int:widget_id>/sources/<int:source_id>/qr.<any(svg,png):kind>")
@requires(Permission.VIEW)
def qr_code(
    workspace: Workspace, widget_id: int, source_id: int, kind: str
) -> ResponseReturnValue:
    """The link as a QR code, to see or, with `?download`, to keep."""
    widget, source = _find(workspace, widget_id, source_id)
    mimetype, draw = DRAWINGS[kind]
    answer = Response(
        draw(sources.address(widget, source, base_url())), mimetype=mimetype
    )
    if "download" in request.args:
        answer.headers["Content-Disposition"] = (
            f"attachment; filename=qr-{widget.id}-{source.mark}.{kind}"
        )
    return answer


@blueprint.get("/<int:widget_id>/sources/<int:source_id>/poster")
@requires(Permission.VIEW)
def poster(workspace: Workspace, widget_id: int, source_id: int) -> ResponseReturnValue:
    """A sheet to print: the words of the form and its QR code."""
    widget, source = _find(workspace, widget_id, source_id)
    design = _design(widget, request.args.get("language"))
    size = request.args.get("size")
    with force_locale(design.locale):
        invitation = _("Scan with the camera of your phone")
    return render_template(
        "widgets/poster.html",
        widget=widget,
        source=source,
        design=design,
        invitation=invitation,
        address=sources.address(widget, source, base_url()),
        size=size if size in SHEETS else "a4",
        sheets=SHEETS,
        languages={code: LOCALES[code] for code in widget.showing},
    )


def _find(
    workspace: Workspace, widget_id: int, source_id: int
) -> tuple[Widget, WidgetSource]:
    widget = queries.get_widget(workspace, widget_id)
    return widget, sources.get(widget, source_id)


def _design(widget: Widget, locale: str | None = None) -> Design:
    """What people see; of a draft, what they will see."""
    if not widget.showing:
        return Design.from_json(widget.design).spoken(locale)
    return Design.from_json(queries.latest_version(widget, locale).design)


def _back(widget: Widget) -> ResponseReturnValue:
    return redirect(url_for(".show", widget_id=widget.id, _anchor="share"), 303)
