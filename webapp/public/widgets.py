"""The door by which sign-ups come in: from our page, from a plain form on any site, from the script."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from webapp.accounts.access import open_to_all
from webapp.core import networks
from webapp.core.errors import NotFound
from webapp.core.limits import limiter, small_forms
from webapp.public import hosted, thanks
from webapp.public.embedded import VISITORS, closed, shared, wants_json
from webapp.widgets import entering, queries, slips, sources
from webapp.widgets.design import Design
from webapp.widgets.entering import EntryIsNotValid
from webapp.widgets.filling import Again
from webapp.widgets.guarding import ProofIsWanted, Visitor
from webapp.widgets.models import Widget, WidgetVersion

blueprint = small_forms(Blueprint("public_widgets", __name__))

blueprint.register_error_handler(NotFound, closed)


@blueprint.post("/f/<public_id>")
@open_to_all(VISITORS)
@limiter.limit("30 per minute")
def receive(public_id: str) -> ResponseReturnValue:
    """Take a sign-up, and answer in the language of the form it came by."""
    widget = queries.get_published(public_id)
    version = queries.version_shown(widget, request.form.get("version", ""))
    take = _take_from_script if wants_json() else _take_from_page
    with force_locale(version.design["locale"]):
        return take(widget, version)


def _take_from_script(widget: Widget, version: WidgetVersion) -> ResponseReturnValue:
    visitor = Visitor(networks.asking(), has_script=True)
    source = sources.find(widget, request.form.get("source"))
    try:
        entering.enter(widget, version, request.form, visitor, source)
    except ProofIsWanted as wanted:
        return shared({"challenge": wanted.challenge}), wanted.status
    except EntryIsNotValid as error:
        return shared({"errors": error.fields}), error.status
    design = Design.from_json(version.design)
    return shared({"thanks": design.thanks, "redirect": design.redirect})


def _take_from_page(widget: Widget, version: WidgetVersion) -> ResponseReturnValue:
    """Errors and a probable slip are told on our page; nothing that was typed is lost."""
    typed = slips.settled(request.form)
    kept = typed.to_dict(flat=False)
    source = sources.find(widget, typed.get("source"))
    try:
        if meant := slips.meant(widget, version, typed):
            return hosted.page(widget, version, source, Again(kept, meant=meant)), 422
        entering.enter(widget, version, typed, Visitor(networks.asking()), source)
    except EntryIsNotValid as error:
        again = Again(kept, wrong=error.fields)
        return hosted.page(widget, version, source, again), error.status
    return redirect(thanks.address(widget, version, typed), 303)
