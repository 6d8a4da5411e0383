"""What a campaign brought: the page, and the same as a file."""

import csv
import io

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.analytics import queries, remembering
from webapp.analytics.reports import LEAST, Measured, Report
from webapp.campaigns import finding
from webapp.campaigns.models import Status
from webapp.core.i18n import _

blueprint = Blueprint("reports", __name__)

# A cell that begins like a formula is one, in a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@blueprint.get("/<int:campaign_id>/report")
@requires(Permission.VIEW)
def show(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """The results of a campaign that has left."""
    campaign = finding.get_campaign(workspace, campaign_id)
    if campaign.status in {Status.DRAFT, Status.SCHEDULED}:
        return redirect(url_for("campaigns.show", campaign_id=campaign.id))
    now = request.args.get("count") == "now"
    report, counted = remembering.report(workspace, campaign, now=now)
    return render_template(
        "analytics/report.html",
        campaign=campaign,
        report=report,
        counted=counted,
        least=LEAST,
    )


@blueprint.get("/<int:campaign_id>/report.csv")
@requires(Permission.EXPORT)
def export(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """The results as CSV; what the page keeps silent is silent here."""
    campaign = finding.get_campaign(workspace, campaign_id)
    found = queries.report(workspace, campaign)
    auditing.record(workspace, "campaign.report_exported", campaign)
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerows([[_plain(cell) for cell in row] for row in _rows(found)])
    # Excel reads UTF-8 only behind this mark.
    response = Response("\ufeff" + file.getvalue(), mimetype="text/csv")
    name = f"report-{campaign.id}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rows(report: Report) -> list[list[object]]:
    few = _("fewer than %(least)d", least=LEAST)
    return [
        [_("Messages sent"), report.delivered],
        [_("Bounces"), report.bounced],
        [_("Uncertain"), report.uncertain],
        [_("Unsubscribes"), report.unsubscribed],
        *_measured_rows(_("Opens"), report.opens, few),
        *_measured_rows(_("Clicks"), report.clicks, few),
        *[
            [_("Clicks on %(url)s", url=link.url), few if link.hidden else link.people]
            for link in report.links
        ],
    ]


def _measured_rows(name: str, measured: Measured, few: str) -> list[list[object]]:
    return [
        [_("%(what)s: people measured", what=name), measured.people],
        [_("%(what)s: people", what=name), few if measured.hidden else measured.did],
    ]


def _plain(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
