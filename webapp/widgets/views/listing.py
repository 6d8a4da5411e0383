"""Which widgets there are: make one, copy it, put it away, take it back."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core.i18n import _, sort_key
from webapp.subscriptions import queries as lists
from webapp.widgets import figures, publishing, queries
from webapp.widgets.choices import DISPLAYS
from webapp.widgets.figures import Figures
from webapp.widgets.forms import NewWidgetForm
from webapp.widgets.models import Widget
from webapp.widgets.views.site import blueprint

# By what the widgets can be sorted, each by its figures of the last thirty days.
ORDERS: dict[str, Callable[[Widget, Figures], Any]] = {
    "name": lambda widget, _counted: sort_key(widget.name),
    "shown": lambda _widget, counted: counted.shown,
    "submitted": lambda _widget, counted: counted.submitted,
    "confirmed": lambda _widget, counted: counted.confirmed,
    "rate": lambda _widget, counted: counted.confirmation_rate or 0,
}


@blueprint.get("/")
@requires(Permission.VIEW)
def index(workspace: Workspace) -> ResponseReturnValue:
    """Every widget with its figures of the last thirty days."""
    archived = "archived" in request.args
    rows = queries.widgets(workspace, archived=archived)
    counted = figures.lately([widget.id for widget, _list in rows])
    asked = request.args.get("sort", "")
    if order := ORDERS.get(asked.removeprefix("-")):
        rows.sort(
            key=lambda row: order(row[0], counted[row[0].id]),
            reverse=asked.startswith("-"),
        )
    return render_template(
        "widgets/index.html",
        rows=rows,
        figures=counted,
        ever=figures.since_ever([widget.id for widget, _list in rows]),
        displays=DISPLAYS,
        archived=archived,
        others=bool(queries.widgets(workspace, archived=not archived)),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT)
def new(workspace: Workspace) -> ResponseReturnValue:
    """Name a widget, choose its list and how it comes to people."""
    form = NewWidgetForm(mailing_list=request.args.get("list", type=int))
    choices = lists.active(workspace)
    form.offer(choices)
    if not form.validate_on_submit():
        page = render_template("widgets/new.html", form=form, lists=choices)
        return page, 422 if form.is_submitted() else 200
    chosen = lists.get_list(workspace, form.mailing_list.data)
    widget = publishing.create(
        workspace, chosen, form.name.data, display=form.display.data
    )
    auditing.record(workspace, "widget.created", widget)
    return redirect(url_for(".edit", widget_id=widget.id), 303)


@blueprint.post("/<int:widget_id>/duplicate")
@requires(Permission.EDIT)
def duplicate(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Make a draft like this widget."""
    widget = queries.get_any_widget(workspace, widget_id)
    copy = publishing.duplicate(widget)
    auditing.record(workspace, "widget.duplicated", copy, of=widget.id)
    flash(_("This is a copy. People see it once it is published."), "success")
    return redirect(url_for(".edit", widget_id=copy.id), 303)


@blueprint.post("/<int:widget_id>/archive")
@requires(Permission.EDIT)
def archive(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Take the widget out of use; its versions stay as proof."""
    widget = queries.get_widget(workspace, widget_id)
    publishing.archive(widget)
    auditing.record(workspace, "widget.archived", widget)
    flash(_("The widget no longer takes sign-ups."), "success")
    return redirect(url_for(".show", widget_id=widget.id), 303)


@blueprint.post("/<int:widget_id>/restore")
@requires(Permission.EDIT)
def restore(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Take the widget out of the archive."""
    widget = queries.get_any_widget(workspace, widget_id)
    publishing.restore(widget)
    auditing.record(workspace, "widget.restored", widget)
    flash(_("The widget is in use again."), "success")
    return redirect(url_for(".show", widget_id=widget.id), 303)
