"""The studio: make a widget, see it, publish it, take its embed code."""

from datetime import timedelta

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from markupsafe import Markup

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core import clock, tokens
from webapp.core.errors import NotFound
from webapp.core.i18n import _
from webapp.subscriptions import queries as lists
from webapp.widgets import attempts, judging, publishing, queries
from webapp.widgets.design import Design
from webapp.widgets.forms import DesignForm, NewWidgetForm
from webapp.widgets.models import Widget

blueprint = Blueprint("widgets", __name__)

# For how long the address of a preview shows the draft it was made for, in seconds.
PREVIEW_LASTS = 3600
# How far back the chart of a widget goes.
CHART_DAYS = 30


@blueprint.get("/")
@requires(Permission.VIEW)
def index(workspace: Workspace) -> ResponseReturnValue:
    """Every widget with its figures."""
    rows = queries.widgets(workspace)
    figures = queries.figures([widget.id for widget, _list in rows])
    return render_template("widgets/index.html", rows=rows, figures=figures)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT)
def new(workspace: Workspace) -> ResponseReturnValue:
    """Name a widget and choose its list."""
    form = NewWidgetForm(mailing_list=request.args.get("list", type=int))
    choices = lists.active(workspace)
    form.offer(choices)
    if not form.validate_on_submit():
        page = render_template("widgets/new.html", form=form, lists=choices)
        return page, 422 if form.is_submitted() else 200
    chosen = lists.get_list(workspace, form.mailing_list.data)
    widget = publishing.create(workspace, chosen, form.name.data)
    auditing.record(workspace, "widget.created", widget)
    return redirect(url_for(".edit", widget_id=widget.id), 303)


@blueprint.get("/<int:widget_id>")
@requires(Permission.VIEW)
def show(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Embed codes, figures, and what is missing."""
    widget = queries.get_widget(workspace, widget_id)
    since = clock.now().date() - timedelta(days=CHART_DAYS)
    return render_template(
        "widgets/show.html",
        widget=widget,
        mailing_list=queries.mailing_list_of(widget),
        figures=queries.figures([widget.id])[widget.id],
        days=queries.days(widget, since),
        missing=publishing.missing(workspace, queries.mailing_list_of(widget)),
        changed=publishing.is_changed(widget),
        under_burst=attempts.is_under_burst(widget),
        held_back=attempts.held_back(widget),
        reasons=judging.REASONS,
        **_embed_codes(widget),
    )


@blueprint.route("/<int:widget_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Change the words and the look; people see it once published."""
    widget = queries.get_widget(workspace, widget_id)
    form = DesignForm(data=widget.design)
    design = form.design() if form.validate_on_submit() else None
    if design is None:
        page = render_template(
            "widgets/edit.html",
            form=form,
            widget=widget,
            preview=_preview_address(widget, Design.from_json(widget.design)),
        )
        return page, 422 if form.is_submitted() else 200
    widget.design = design.to_json()
    auditing.record(workspace, "widget.changed", widget)
    if "publish" in request.form:
        return _publish(workspace, widget)
    flash(_("The draft is saved. People see it once it is published."), "success")
    return redirect(url_for(".show", widget_id=widget.id), 303)


@blueprint.post("/<int:widget_id>/publish")
@requires(Permission.EDIT)
def publish(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Show the draft to people."""
    return _publish(workspace, queries.get_widget(workspace, widget_id))


@blueprint.post("/<int:widget_id>/archive")
@requires(Permission.EDIT)
def archive(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Take the widget out of use; its versions stay as proof."""
    widget = queries.get_widget(workspace, widget_id)
    widget.archived_at = clock.now()
    auditing.record(workspace, "widget.archived", widget)
    flash(_("The widget no longer takes sign-ups."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:widget_id>/preview")
@requires(Permission.EDIT)
def preview(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Where to see what is being entered."""
    widget = queries.get_widget(workspace, widget_id)
    form = DesignForm()
    form.validate()
    design = form.design()
    if design is None:
        sentences = [sentence for errors in form.errors.values() for sentence in errors]
        return {"status": " ".join(sentences)}
    return {"src": _preview_address(widget, design), "status": ""}


@blueprint.get("/<int:widget_id>/preview/<token>")
@requires(Permission.EDIT)
def previewed(workspace: Workspace, widget_id: int, token: str) -> ResponseReturnValue:
    """The widget as it would be shown, in a frame of the studio."""
    widget = queries.get_widget(workspace, widget_id)
    stored = tokens.read("widget preview", token, max_age=PREVIEW_LASTS)
    if stored is None:
        raise NotFound
    design = Design.from_json(stored)
    form = publishing.form_html(widget, design, _base_url())
    with force_locale(design.locale):
        page = render_template(
            "widgets/preview.html",
            design=design,
            form=Markup(form),  # noqa: S704 - made by our template, which escapes
        )
    policy = (
        "default-src 'none'; style-src 'self'; font-src 'self'; "
        "frame-ancestors 'self'; sandbox"
    )
    return page, {"Content-Security-Policy": policy}


def _publish(workspace: Workspace, widget: Widget) -> ResponseReturnValue:
    if publishing.missing(workspace, queries.mailing_list_of(widget)):
        flash(str(publishing.WidgetIsIncomplete()), "error")
    else:
        version = publishing.publish(widget, _base_url())
        auditing.record(workspace, "widget.published", widget, version=version.id)
        flash(_("The widget is published. Put its code on your site."), "success")
    return redirect(url_for(".show", widget_id=widget.id), 303)


def _preview_address(widget: Widget, design: Design) -> str:
    token = tokens.sign("widget preview", design.to_json())
    return url_for(".previewed", widget_id=widget.id, token=token)


def _embed_codes(widget: Widget) -> dict[str, str]:
    """The three ways in: script with the plain form inside it, plain form, hosted page."""
    if widget.published_at is None:
        return {}
    form = queries.latest_version(widget).html
    base = _base_url()
    return {
        "script_code": (
            f'<volontiers-form form="{widget.public_id}">\n{form}\n</volontiers-form>\n'
            f'<script async src="{base}/embed/v1.js"></script>'
        ),
        "plain_code": form,
        "hosted_address": f"{base}/f/{widget.public_id}",
    }


def _base_url() -> str:
    address: str = current_app.extensions["settings"].base_url
    return address
