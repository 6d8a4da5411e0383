"""What a campaign brought: the page, and the same as a file."""

import csv
import io

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
from webapp.analytics import remembering
from webapp.analytics.forms import RepairForm
from webapp.analytics.reports import LEAST, Measured, Report
from webapp.campaigns import finding
from webapp.campaigns.models import Campaign, Status
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _
from webapp.messages import repairing
from webapp.messages.models import Link

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
        kept_since=remembering.kept_since(campaign),
        changed=repairing.changed(campaign.id),
    )


@blueprint.get("/<int:campaign_id>/links/<int:link_id>")
@requires(Permission.SEND)
def link(workspace: Workspace, campaign_id: int, link_id: int) -> ResponseReturnValue:
    """Where a sent link leads, and what was done to it."""
    campaign = finding.get_campaign(workspace, campaign_id)
    found = repairing.get_link(campaign.id, link_id)
    form = RepairForm(data={"address": repairing.leads_to(found)})
    return _link_page(campaign, found, form)


@blueprint.post("/<int:campaign_id>/links/<int:link_id>")
@requires(Permission.SEND)
def repair(workspace: Workspace, campaign_id: int, link_id: int) -> ResponseReturnValue:
    """Have a sent link lead somewhere else."""
    campaign = finding.get_campaign(workspace, campaign_id)
    found = repairing.get_link(campaign.id, link_id)
    form = RepairForm()
    try:
        repairing.repair(
            workspace, found, form.address.data or "", confirmed=form.confirmed.data
        )
    except repairing.AnotherSite as error:
        form.confirmed.errors = [str(error)]
        return _link_page(campaign, found, form, asks=True), 422
    except DomainError as error:
        form.address.errors = [str(error)]
        return _link_page(campaign, found, form), 422
    flash(_("The link leads there within a minute."), "success")
    return redirect(url_for(".link", campaign_id=campaign.id, link_id=found.id), 303)


def _link_page(
    campaign: Campaign, found: Link, form: RepairForm, *, asks: bool = False
) -> str:
    return render_template(
        "analytics/link.html",
        campaign=campaign,
        link=found,
        form=form,
        asks=asks,
        history=repairing.history(found),
    )


@blueprint.get("/<int:campaign_id>/report.csv")
@requires(Permission.EXPORT)
def export(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """The results as CSV; what the page keeps silent is silent here."""
    campaign = finding.get_campaign(workspace, campaign_id)
    found, _counted = remembering.report(workspace, campaign, now=True)
    if found is None:
        raise NotFound
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
        [_("Spam complaints"), report.complained],
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
        [
            _("%(what)s: with machines", what=name),
            few if measured.with_machines is None else measured.with_machines,
        ],
    ]


def _plain(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
