"""Which campaigns there are; begin, copy and throw away one."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.campaigns import composing, finding
from webapp.campaigns.models import Status
from webapp.campaigns.views.site import blueprint
from webapp.core.i18n import _, locale
from webapp.core.pages import position
from webapp.messages.starters import starters

# Where a campaign is shown, by where it stands.
PAGES = {
    Status.DRAFT: ".edit",
    Status.SCHEDULED: ".prepare",
    Status.SENT: "reports.show",
}


@blueprint.get("/")
@requires(Permission.VIEW)
def index(workspace: Workspace) -> ResponseReturnValue:
    """The campaigns, newest first, by stage."""
    stage = request.args.get("stage", "")
    page = finding.find(
        workspace,
        request.args.get("q", "").strip(),
        stage,
        before=position("before"),
        after=position("after"),
    )
    return render_template(
        "campaigns/index.html",
        page=page,
        stage=stage,
        lists=finding.lists_by_id(workspace),
    )


@blueprint.get("/new")
@requires(Permission.EDIT)
def new(workspace: Workspace) -> ResponseReturnValue:  # noqa: ARG001 - @requires gives it
    """The gallery of starter templates."""
    return render_template("campaigns/new.html", starters=starters(), language=locale())


@blueprint.post("/new")
@requires(Permission.EDIT)
def create(workspace: Workspace) -> ResponseReturnValue:
    """Begin a draft from a starter template."""
    campaign = composing.create(workspace, request.form.get("starter", ""), locale())
    return redirect(url_for(".edit", campaign_id=campaign.id), 303)


@blueprint.get("/<int:campaign_id>")
@requires(Permission.VIEW)
def show(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """The page that matters now: the words, the departure, the progress or the report."""
    campaign = finding.get_campaign(workspace, campaign_id)
    endpoint = PAGES.get(Status(campaign.status), ".follow")
    return redirect(url_for(endpoint, campaign_id=campaign.id))


@blueprint.post("/<int:campaign_id>/duplicate")
@requires(Permission.EDIT)
def duplicate(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """A new draft with the same words and audience."""
    campaign = finding.get_campaign(workspace, campaign_id)
    copy = composing.duplicate(workspace, campaign)
    flash(_("Here is the copy: a draft of its own."), "success")
    return redirect(url_for(".edit", campaign_id=copy.id), 303)


@blueprint.post("/<int:campaign_id>/delete")
@requires(Permission.EDIT)
def delete(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    campaign = finding.get_campaign(workspace, campaign_id)
    composing.delete(workspace, campaign)
    flash(_("The draft “%(name)s” is deleted.", name=campaign.name), "success")
    return redirect(url_for(".index"), 303)
