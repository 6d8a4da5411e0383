"""Make a campaign public, or take it back: it then stands in the archive of its list."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.campaigns import archive, finding
from webapp.campaigns.models import Status
from webapp.campaigns.views.site import blueprint
from webapp.core.i18n import _


@blueprint.post("/<int:campaign_id>/<any(publish,withdraw):act>")
@requires(Permission.SEND)
def publish(workspace: Workspace, campaign_id: int, act: str) -> ResponseReturnValue:
    """Let everybody read it once it is sent, or nobody."""
    campaign = finding.get_campaign(workspace, campaign_id)
    is_public = act == "publish"
    archive.publish(workspace, campaign, is_public=is_public)
    if is_public:
        flash(_("Everybody may read this campaign once it is sent."), "success")
    else:
        flash(_("The campaign is no longer in the public archive."), "success")
    early = campaign.status in {Status.DRAFT, Status.SCHEDULED}
    here = ".prepare" if early else ".show"
    return redirect(url_for(here, campaign_id=campaign.id), 303)


@blueprint.app_context_processor
def _archives() -> dict[str, object]:
    """What the card about the archive asks, on whatever page of a campaign it stands."""
    return {
        "public_address": archive.address,
        "has_open_archive": archive.has_open_list,
    }
