"""The studio: choose what a widget says, asks and does, see it at once, publish it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, allowed, requires
from webapp.accounts.models import Workspace
from webapp.core.i18n import LOCALES, _
from webapp.rewards import queries as rewards
from webapp.subscriptions import partners
from webapp.widgets import asking, publishing, queries, sites, themes
from webapp.widgets.design import Design
from webapp.widgets.drafting import starting
from webapp.widgets.forms import StudioForm
from webapp.widgets.models import Widget, WidgetVersion
from webapp.widgets.views import previewing
from webapp.widgets.views.results import base_url
from webapp.widgets.views.site import blueprint


@blueprint.route("/<int:widget_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Change everything about a widget; people see it once it is published."""
    widget = queries.get_widget(workspace, widget_id)
    form = _form(workspace, widget)
    design = _entered(workspace, widget, form) if form.is_submitted() else None
    if design is None:
        page = _studio(workspace, widget, form)
        return page, 422 if form.is_submitted() else 200
    widget.name = form.name.data
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


@blueprint.post("/<int:widget_id>/preview")
@requires(Permission.EDIT)
def preview(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Where to see what is being entered."""
    widget = queries.get_widget(workspace, widget_id)
    form = _form(workspace, widget)
    form.validate()
    design = form.design(Design.from_json(widget.design))
    if design is None:
        return {"status": form.wrong}
    return {"src": previewing.address(widget, design, request.form), "status": ""}


def _publish(workspace: Workspace, widget: Widget) -> ResponseReturnValue:
    if publishing.missing(workspace, queries.mailing_list_of(widget)):
        flash(str(publishing.WidgetIsIncomplete()), "error")
    else:
        version = publishing.publish(widget, base_url())
        auditing.record(workspace, "widget.published", widget, version=version.id)
        flash(_published(version), "success")
    return redirect(url_for(".show", widget_id=widget.id), 303)


def _published(version: WidgetVersion) -> str:
    """What to do next, for the display that people see."""
    display = Design.from_json(version.design).display
    if display == "kiosk":
        return str(
            _("The widget is published. Open the counter on your till or tablet.")
        )
    if display == "page":
        return str(_("The widget is published. Share the address of its page."))
    return str(_("The widget is published. Put its code on your site."))


def _form(workspace: Workspace, widget: Widget) -> StudioForm:
    design = Design.from_json(widget.design)
    other = next(locale for locale in LOCALES if locale != design.locale)
    usual = publishing.usual_words(other)
    form = StudioForm(data=starting(widget.name, design, usual))
    form.offer(
        asking.known(workspace),
        {one.id: one.name for one in partners.active(workspace)},
        {one.id: one.name for one in rewards.rewards(workspace)},
    )
    return form


def _entered(workspace: Workspace, widget: Widget, form: StudioForm) -> Design | None:
    """The design, when everything in the form holds and people may be sent where it says."""
    holds = form.validate()
    design = form.design(Design.from_json(widget.design))
    if design is None or not holds or form.is_half_said(design):
        return None
    if design.redirect and not sites.may_lead_to(workspace, design.redirect):
        if not (form.allow_site.data and allowed(Permission.SETTINGS)):
            form.refuse_redirect()
            return None
        sites.allow(workspace, design.redirect)
    return design


def _studio(workspace: Workspace, widget: Widget, form: StudioForm) -> str:
    return render_template(
        "widgets/edit.html",
        form=form,
        widget=widget,
        hosts=sites.hosts(workspace),
        themes=themes.THEMES,
        preview=previewing.address(
            widget, Design.from_json(widget.design), request.form
        ),
    )
