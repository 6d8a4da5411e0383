"""The shop counter: one customer after another, by keyboard, while the seller reads the sentence out."""

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core import addresses
from webapp.core.errors import DomainError
from webapp.core.i18n import LOCALES, _
from webapp.widgets import filling, kiosk, queries, slips
from webapp.widgets.entering import EntryIsNotValid
from webapp.widgets.filling import Again, Filling
from webapp.widgets.kiosk import TooManyEntries
from webapp.widgets.models import Widget, WidgetVersion
from webapp.widgets.views.site import blueprint

# Where the browser of a seller keeps what was entered last: its number, and the address, masked.
LAST = "counter"


@blueprint.get("/<int:widget_id>/counter")
@requires(Permission.COUNTER)
def counter(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """An empty form for the next customer, and what became of the last one."""
    widget = kiosk.open_at(workspace, widget_id)
    return _page(workspace, widget, _version(widget))


@blueprint.post("/<int:widget_id>/counter")
@requires(Permission.COUNTER)
def enter(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Take a customer; errors and a probable slip keep all that was typed."""
    widget = kiosk.open_at(workspace, widget_id)
    version = queries.version_shown(widget, request.form.get("version", ""))
    typed = slips.settled(request.form)
    kept = typed.to_dict(flat=False)
    try:
        if meant := slips.meant(widget, version, typed):
            return _page(workspace, widget, version, Again(kept, meant=meant)), 422
        entry = kiosk.enter(widget, version, typed, current_user)
    except EntryIsNotValid as error:
        again = Again(kept, wrong=error.fields)
        return _page(workspace, widget, version, again), error.status
    except TooManyEntries as error:
        flash(str(error), "error")
        return _page(workspace, widget, version, Again(kept)), 422
    auditing.record(workspace, "counter.entered", widget)
    to = addresses.mask(typed["email"].strip())
    session[LAST] = {"entry": entry.id, "widget": widget.id, "to": to}
    return _next(widget)


@blueprint.post("/<int:widget_id>/counter/undo")
@requires(Permission.COUNTER)
def undo(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Take the last entry back, within a minute and before the customer confirms it."""
    widget = kiosk.open_at(workspace, widget_id)
    last = _last(widget)
    try:
        kiosk.undo(widget, last.get("entry", 0), current_user)
    except DomainError as error:
        flash(str(error), "error")
        return _next(widget)
    auditing.record(workspace, "counter.undone", widget)
    session.pop(LAST, None)
    flash(_("The last entry was taken back."), "success")
    return _next(widget)


@blueprint.post("/<int:widget_id>/counter/hint")
@requires(Permission.COUNTER)
def hint(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """What looks wrong with an address, while the customer is still there to ask."""
    kiosk.open_at(workspace, widget_id)
    found = kiosk.hint(request.form.get("email", ""))
    return {
        "meant": found.meant,
        "question": _("Did you mean %(address)s?", address=found.meant),
        "keep": _("Keep what I typed"),
        "use": _("Use %(address)s", address=found.meant),
        "dead": _("This domain takes no e-mail. Ask the customer to spell the address.")
        if found.is_dead
        else "",
    }


def _page(
    workspace: Workspace,
    widget: Widget,
    version: WidgetVersion,
    again: Again | None = None,
) -> str:
    last = _last(widget)
    form = filling.fill(version.html, _filling(widget, version, again))
    return render_template(
        "widgets/counter.html",
        widget=widget,
        mailing_list=queries.mailing_list_of(widget),
        language=version.design["locale"],
        languages={code: LOCALES[code] for code in LOCALES if code in widget.showing},
        # Made by our own templates, which escape all that people wrote.
        form=Markup(form),  # noqa: S704
        again=again,
        today=kiosk.today(widget, workspace.timezone),
        last=last if again is None else {},
        undoable=kiosk.undoable(widget, last.get("entry"), current_user),
    )


def _filling(widget: Widget, version: WidgetVersion, again: Again | None) -> Filling:
    address = url_for(".enter", widget_id=widget.id, language=version.design["locale"])
    hint = render_template("widgets/_counter_hint.html")
    if asked := again is not None and bool(again.meant):
        hint += render_template("public/widgets/_doubt.html", again=again)
    return Filling(
        typed=again.typed if again else None,
        wrong=again.wrong if again else {},
        after={"email": hint},
        before={
            "purpose": render_template("widgets/_counter_read.html"),
            "box grown": render_template("widgets/_counter_ask.html"),
        },
        foot=render_template("widgets/_counter_foot.html", asked=asked),
        form={
            "action": address,
            "hx-post": address,
            "hx-target": "#counter",
            "hx-select": "#counter",
            "hx-swap": "outerHTML",
            "data-counter": url_for(".hint", widget_id=widget.id),
            "novalidate": None,
        },
        focus="email",
    )


def _version(widget: Widget) -> WidgetVersion:
    return queries.latest_version(widget, request.args.get("language"))


def _last(widget: Widget) -> dict[str, Any]:
    kept: dict[str, Any] = session.get(LAST) or {}
    return kept if kept.get("widget") == widget.id else {}


def _next(widget: Widget) -> ResponseReturnValue:
    language = request.args.get("language")
    return redirect(url_for(".counter", widget_id=widget.id, language=language), 303)
