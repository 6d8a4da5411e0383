"""Who does not get a campaign, and why: a list of names for each reason, also as a file."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.campaigns import finding, left_out
from webapp.campaigns.views.site import blueprint
from webapp.consent import gate
from webapp.consent.gate import Reason
from webapp.core.errors import NotFound
from webapp.core.pages import position
from webapp.core.streaming import streamed


@blueprint.get("/<int:campaign_id>/audience/<reason>")
@requires(Permission.CONTACTS)
def show_left_out(
    workspace: Workspace, campaign_id: int, reason: str
) -> ResponseReturnValue:
    """The people who do not get it for one reason, each with a sentence."""
    campaign = finding.get_campaign(workspace, campaign_id)
    why = _reason(reason)
    found = left_out.find(
        campaign,
        why,
        request.args.get("q", "").strip(),
        before=position("before"),
        after=position("after"),
    )
    return render_template(
        "campaigns/left_out.html",
        campaign=campaign,
        reason=why,
        words=gate.WORDS[why],
        found=found,
        may_leave=why is not Reason.RESTRICTED,
    )


@blueprint.post("/<int:campaign_id>/audience/<reason>/export")
@requires(Permission.EXPORT)
def export_left_out(
    workspace: Workspace, campaign_id: int, reason: str
) -> ResponseReturnValue:
    """The same people as CSV; who exports is logged."""
    campaign = finding.get_campaign(workspace, campaign_id)
    why = _reason(reason)
    left_out.check_may_leave(why)
    auditing.record(workspace, "campaign.left_out_exported", campaign, reason=why)
    return Response(
        streamed(left_out.lines(campaign, why)),
        mimetype="text/csv",
        headers={
            "Content-Disposition": "attachment; filename="
            f"campaign-{campaign.id}-{why.value.replace('_', '-')}.csv"
        },
    )


def _reason(name: str) -> Reason:
    if name not in tuple(Reason):
        raise NotFound
    return Reason(name)
