"""How the mail of a workspace is received, what to do about it, and when campaigns pause."""

from collections.abc import Iterator

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, allowed, requires
from webapp.accounts.models import Workspace
from webapp.core.i18n import _
from webapp.core.spreadsheets import as_csv
from webapp.reputation import advice, alarms, queries, rules, standing, words
from webapp.reputation.forms import LimitsForm
from webapp.reputation.queries import COUNTED, Mail
from webapp.reputation.rules import LimitsDoNotFit

blueprint = Blueprint("reputation", __name__)
pausing = Blueprint("pausing", __name__)

PERIODS = (7, 30, 90)
USUAL = 30


@blueprint.get("/")
@requires(Permission.VIEW)
def index(workspace: Workspace) -> ResponseReturnValue:
    """The figures of some days, by domain and by provider, and what they call for."""
    days = _days()
    everything = queries.altogether(workspace, days)
    by_provider = queries.by_provider(workspace, days)
    return render_template(
        "reputation/index.html",
        days=days,
        periods=PERIODS,
        has_any=queries.has_any(workspace),
        everything=everything,
        by_provider=by_provider,
        by_domain=queries.by_domain(workspace, days),
        by_day=queries.by_day(workspace, days),
        alarms=alarms.open_alarms(workspace),
        advised=advice.advise(everything, by_provider, standing.unproven(workspace)),
        rules=advice,
        pages=_pages(),
        provider=words.provider,
    )


@blueprint.post("/figures.csv")
@requires(Permission.EXPORT)
def export(workspace: Workspace) -> ResponseReturnValue:
    """The figures by provider and by domain as CSV."""
    days = _days()
    auditing.record(workspace, "reputation.exported", days=days)
    heading = [
        *(_("What"), _("Name"), _("Handed over"), _("Delivered"), _("Put off")),
        *(
            _("Address does not exist"),
            _("Inbox full or asleep"),
            _("Sender refused"),
        ),
        *(_("Complaints"), _("Unsubscribes")),
    ]
    name = f"deliverability-{workspace.slug}-{days}.csv"
    return Response(
        "".join(as_csv(heading, _rows(workspace, days))),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@pausing.get("/")
@requires(Permission.SETTINGS)
def show(workspace: Workspace) -> ResponseReturnValue:
    """From which rates on campaigns pause by themselves."""
    form = LimitsForm(None, obj=rules.of(workspace.id))
    return render_template("settings/pausing.html", form=form)


@pausing.post("/")
@requires(Permission.SETTINGS)
def change(workspace: Workspace) -> ResponseReturnValue:
    """Pause them from other rates on."""
    form = LimitsForm()
    if not form.validate_on_submit():
        return render_template("settings/pausing.html", form=form), 422
    try:
        rules.change(workspace, form.limits())
    except LimitsDoNotFit as error:
        form.bounces.errors = [str(error)]
        return render_template("settings/pausing.html", form=form), 422
    flash(_("Campaigns pause from these rates on."), "success")
    return redirect(url_for(".show"), 303)


@blueprint.app_context_processor
def _names() -> dict[str, object]:
    """What the notice of an alarm asks, on whatever page it stands."""
    return {"provider_name": words.provider}


def _pages() -> dict[str, tuple[str, str]]:
    """Where an advice leads, for those who may go there."""
    known = {
        advice.CONTACTS: (_("Contacts"), "contacts.index", Permission.CONTACTS),
        advice.SUPPRESSED: (
            _("Suppressed addresses"),
            "suppressions.index",
            Permission.CONTACTS,
        ),
        advice.DOMAINS: (_("Sender domains"), "domains.index", Permission.SETTINGS),
        advice.LANES: (_("Lanes"), "lanes.index", Permission.SETTINGS),
    }
    return {
        page: (label, url_for(endpoint))
        for page, (label, endpoint, permission) in known.items()
        if allowed(permission) and endpoint in current_app.view_functions
    }


def _days() -> int:
    asked = request.values.get("days", USUAL, type=int)
    return asked if asked in PERIODS else USUAL


def _rows(workspace: Workspace, days: int) -> Iterator[tuple[object, ...]]:
    for mail in queries.by_provider(workspace, days):
        yield _("Provider"), words.provider(mail.name), *_cells(mail)
    for mail in queries.by_domain(workspace, days):
        yield _("Sender domain"), mail.name, *_cells(mail)


def _cells(mail: Mail) -> tuple[int, ...]:
    return (mail.handed, *(getattr(mail, column) for column in COUNTED))
