"""The page of a widget: its codes, what it brought, and what is missing."""

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.i18n import LOCALES, _
from webapp.core.spreadsheets import as_csv
from webapp.subscriptions import wording
from webapp.subscriptions.models import MailingList, OptIn
from webapp.widgets import (
    attempts,
    embedding,
    figures,
    judging,
    publishing,
    queries,
    rewarding,
    sources,
)
from webapp.widgets.choices import DISPLAYS
from webapp.widgets.design import Design
from webapp.widgets.models import Widget
from webapp.widgets.views.site import blueprint


@blueprint.get("/<int:widget_id>")
@requires(Permission.VIEW)
def show(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Embed codes, figures, and what is missing."""
    widget = queries.get_any_widget(workspace, widget_id)
    mailing_list = queries.mailing_list_of(widget)
    ever = request.args.get("period") == "ever"
    lately = figures.lately([widget.id])[widget.id]
    in_all = figures.since_ever([widget.id])[widget.id]
    return render_template(
        "widgets/show.html",
        widget=widget,
        design=Design.from_json(widget.design),
        displays=DISPLAYS,
        mailing_list=mailing_list,
        is_double=mailing_list.opt_in == OptIn.DOUBLE,
        ever=ever,
        lately=lately,
        in_all=in_all,
        shown=in_all if ever else lately,
        days=figures.daily(widget),
        missing=publishing.missing(workspace, mailing_list),
        changed=publishing.is_changed(widget),
        shared=sources.with_figures(widget),
        unkept=rewarding.unkept(widget),
        **_guarding(widget),
        **_embedding(widget, mailing_list),
    )


@blueprint.get("/<int:widget_id>/figures.csv")
@requires(Permission.EXPORT)
def export(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """The figures of each day as CSV; nobody is in it."""
    widget = queries.get_any_widget(workspace, widget_id)
    auditing.record(workspace, "widget.figures_exported", widget)
    heading = (_("Day"), _("Shown"), _("Started"), _("Sign-ups"), _("Confirmations"))
    rows = (
        (one.day.isoformat(), one.shown, one.started, one.submitted, one.confirmed)
        for one in figures.days(widget)
    )
    name = f"widget-{widget.id}-{clock.now():%Y-%m-%d}.csv"
    return Response(
        "".join(as_csv(heading, rows)),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def base_url() -> str:
    """Our own address, as codes and forms on other sites name it."""
    address: str = current_app.extensions["settings"].base_url
    return address


def _guarding(widget: Widget) -> dict[str, object]:
    return {
        "under_burst": attempts.is_under_burst(widget),
        "held_back": attempts.held_back(widget),
        "reasons": judging.REASONS,
    }


def _embedding(widget: Widget, mailing_list: MailingList) -> dict[str, object]:
    """What to put where: for the language that people see first, and how to ask for another."""
    if widget.published_at is None or not widget.showing:
        return {"code": None}
    version = queries.latest_version(widget)
    return {
        "code": embedding.code(widget, version, base_url()),
        "shown_design": Design.from_json(version.design),
        "borrowing": [
            name
            for code, name in LOCALES.items()
            if code in widget.showing and not wording.is_said(mailing_list, code)
        ],
        "languages": {one: LOCALES[one] for one in LOCALES if one in widget.showing},
    }
