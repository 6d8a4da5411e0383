"""What the customers are worth, where they stand, and by which rules."""

from collections.abc import Iterator

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.errors import NotFound
from webapp.core.i18n import _
from webapp.core.pages import position
from webapp.core.spreadsheets import as_csv
from webapp.core.streaming import streamed
from webapp.purchases import (
    customer_rules,
    overview,
    overview_exports,
    people,
    queries,
    words,
)
from webapp.purchases.customer_rules import DaysDoNotFit
from webapp.purchases.forms import RulesForm
from webapp.purchases.overview import Overview
from webapp.purchases.people import Chosen

blueprint = Blueprint("customers", __name__)


@blueprint.get("/")
@requires(Permission.VIEW)
def index(workspace: Workspace) -> ResponseReturnValue:
    """The grid of scores, the groups, the stages month by month, and the moves between them."""
    counted = overview.counted(workspace, now="count" in request.args)
    return render_template(
        "customers/index.html",
        counted=counted,
        found=Overview(counted.figures) if counted else None,
        rules=customer_rules.of(workspace),
        months=overview.months(workspace),
        days=_days(),
        periods=overview.PERIODS,
        has_any=queries.has_any(workspace),
        words=words,
    )


@blueprint.post("/figures.csv")
@requires(Permission.EXPORT)
def export(workspace: Workspace) -> ResponseReturnValue:
    """The figures of the overview as CSV: grid, groups, stages, moves."""
    counted = overview.counted(workspace, now=True)
    if counted is None:
        raise NotFound
    auditing.record(workspace, "customers.figures_exported")
    rows = overview_exports.rows(Overview(counted.figures))
    return _file(workspace, "customer-figures", "".join(as_csv(*rows)))


@blueprint.get("/people")
@requires(Permission.CONTACTS)
def show_people(workspace: Workspace) -> ResponseReturnValue:
    """The contacts behind a figure of the overview."""
    chosen = Chosen.of(request.args)
    return render_template(
        "customers/people.html",
        chosen=chosen,
        people=people.page(workspace, chosen, before=position("before")),
        currency=customer_rules.of(workspace).currency,
        words=words,
    )


@blueprint.post("/people.csv")
@requires(Permission.EXPORT)
def export_people(workspace: Workspace) -> ResponseReturnValue:
    """The same as CSV."""
    chosen = Chosen.of(request.args)
    auditing.record(workspace, "customers.exported", **chosen.arguments)
    lines = streamed(people.lines(workspace, chosen))
    return _file(workspace, "customers", lines)


@blueprint.route("/rules", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def change_rules(workspace: Workspace) -> ResponseReturnValue:
    """From when on somebody is at risk or lost, who is an ambassador, in which currency."""
    rules = customer_rules.of(workspace)
    form = RulesForm(rules)
    if form.validate_on_submit():
        try:
            customer_rules.change(workspace, form.said())
        except DaysDoNotFit as error:
            form.lost_days.errors = [str(error)]
        else:
            flash(_("Saved. The figures are being worked out anew."), "success")
            return redirect(url_for(".index"), 303)
    page = render_template("customers/rules.html", form=form, rules=rules)
    return page, 422 if form.is_submitted() else 200


def _file(workspace: Workspace, name: str, lines: str | Iterator[str]) -> Response:
    named = f"{name}-{workspace.slug}-{clock.now():%Y-%m-%d}.csv"
    disposition = {"Content-Disposition": f'attachment; filename="{named}"'}
    return Response(lines, mimetype="text/csv", headers=disposition)


def _days() -> int:
    asked = request.args.get("days", type=int)
    return asked if asked in overview.PERIODS else overview.PERIODS[1]
