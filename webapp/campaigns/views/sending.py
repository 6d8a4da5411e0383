"""Send a campaign: whom to, when, how far it is, and stopping it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, allowed, requires
from webapp.accounts.models import Workspace
from webapp.campaigns import (
    composing,
    delivering,
    finding,
    planning,
    progress,
    summing_up,
    targeting,
)
from webapp.campaigns.forms import AudienceForm, ScheduleForm
from webapp.campaigns.models import Campaign, Status
from webapp.campaigns.views.site import blueprint
from webapp.core.form_fields import options
from webapp.core.i18n import _
from webapp.segments import queries as segments
from webapp.subscriptions import queries as lists


@blueprint.get("/<int:campaign_id>/audience")
@requires(Permission.VIEW)
def audience(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """Whom it goes to, with figures."""
    campaign = finding.get_campaign(workspace, campaign_id)
    chosen = targeting.targets(campaign)
    form = AudienceForm(
        obj=campaign,
        included=[one.id for one in chosen.included],
        excluded=[one.id for one in chosen.excluded],
    )
    form = _audience_form(workspace, form)
    return _audience_page(workspace, campaign, form)


@blueprint.post("/<int:campaign_id>/audience")
@requires(Permission.EDIT)
def choose_audience(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """Keep whom it goes to."""
    campaign = finding.get_campaign(workspace, campaign_id)
    form = _audience_form(workspace, AudienceForm())
    if not form.validate_on_submit():
        return _audience_page(workspace, campaign, form), 422
    try:
        composing.choose_audience(
            workspace,
            campaign,
            list_id=form.mailing_list_id.data,
            included=form.included.data or (),
            excluded=form.excluded.data or (),
            measures={
                "measures_opens": form.measures_opens.data,
                "measures_clicks": form.measures_clicks.data,
            },
        )
    except (targeting.InAndOut, targeting.TooManySegments) as error:
        form.excluded.errors = [str(error)]
        return _audience_page(workspace, campaign, form), 422
    flash(_("The audience is saved."), "success")
    return redirect(url_for(".audience", campaign_id=campaign.id), 303)


@blueprint.get("/<int:campaign_id>/send")
@requires(Permission.VIEW)
def prepare(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """The summary, what is missing, and the two ways to leave: now or later."""
    campaign = finding.get_campaign(workspace, campaign_id)
    return _send_page(workspace, campaign, ScheduleForm())


@blueprint.post("/<int:campaign_id>/send")
@requires(Permission.SEND)
def send(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """Start to send; again does nothing."""
    campaign = finding.get_campaign(workspace, campaign_id)
    try:
        composing.send_now(campaign)
    except composing.AlreadyStarted as error:
        flash(str(error), "info")
        return _to(".follow", campaign)
    except (planning.NotReady, planning.AudienceIsEmpty) as error:
        flash(str(error), "error")
        return _to(".prepare", campaign)
    auditing.record(workspace, "campaign.sent", campaign)
    return _to(".follow", campaign)


@blueprint.post("/<int:campaign_id>/schedule")
@requires(Permission.SEND)
def schedule(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """Have it leave at a moment to come."""
    campaign = finding.get_campaign(workspace, campaign_id)
    form = ScheduleForm()
    if not form.validate_on_submit():
        return _send_page(workspace, campaign, form), 422
    try:
        composing.schedule(
            campaign,
            form.moment(workspace.timezone),
            in_readers_zone=form.in_readers_zone.data,
        )
    except planning.TimeIsPast as error:
        form.time.errors = [str(error)]
        return _send_page(workspace, campaign, form), 422
    except (planning.NotReady, planning.AudienceIsEmpty) as error:
        flash(str(error), "error")
        return _to(".prepare", campaign)
    auditing.record(workspace, "campaign.scheduled", campaign)
    return _to(".prepare", campaign)


@blueprint.post("/<int:campaign_id>/unschedule")
@requires(Permission.SEND)
def unschedule(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """Make it a draft again."""
    campaign = finding.get_campaign(workspace, campaign_id)
    planning.unschedule(campaign)
    auditing.record(workspace, "campaign.unscheduled", campaign)
    flash(_("The campaign is a draft again: nothing will leave."), "success")
    return _to(".prepare", campaign)


@blueprint.get("/<int:campaign_id>/progress")
@requires(Permission.VIEW)
def follow(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """How far it is."""
    campaign = finding.get_campaign(workspace, campaign_id)
    if campaign.status in {Status.DRAFT, Status.SCHEDULED}:
        return _to(".prepare", campaign)
    return render_template("campaigns/progress.html", **_progress(campaign))


@blueprint.get("/<int:campaign_id>/progress/live")
@requires(Permission.VIEW)
def follow_live(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """The part of the progress page that renews itself."""
    campaign = finding.get_campaign(workspace, campaign_id)
    return render_template("campaigns/_progress.html", **_progress(campaign))


@blueprint.post("/<int:campaign_id>/<any(pause,resume,cancel):act>")
@requires(Permission.SEND)
def steer(workspace: Workspace, campaign_id: int, act: str) -> ResponseReturnValue:
    """Pause, go on, or stop for good; the same again changes nothing."""
    campaign = finding.get_campaign(workspace, campaign_id)
    acts = {
        "pause": (delivering.pause, "campaign.paused"),
        "resume": (delivering.resume, "campaign.resumed"),
        "cancel": (delivering.cancel, "campaign.cancelled"),
    }
    move, done = acts[act]
    try:
        move(campaign)
    except planning.CannotMove as error:
        flash(str(error), "info")
    else:
        auditing.record(workspace, done, campaign)
    return _to(".show", campaign)


@blueprint.post("/<int:campaign_id>/resend-uncertain")
@requires(Permission.SEND)
def resend_uncertain(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """Send again what may not have arrived."""
    campaign = finding.get_campaign(workspace, campaign_id)
    count = delivering.resend_uncertain(campaign)
    auditing.record(workspace, "campaign.resend_uncertain", campaign, messages=count)
    flash(_("Messages sent again: %(count)d.", count=count), "success")
    return _to(".follow", campaign)


def _count_now() -> bool:
    """Whether the reader waits for the figures of this moment."""
    return request.args.get("count") == "now"


def _to(endpoint: str, campaign: Campaign) -> ResponseReturnValue:
    return redirect(url_for(endpoint, campaign_id=campaign.id), 303)


def _audience_form(workspace: Workspace, form: AudienceForm) -> AudienceForm:
    active = [(str(one.id), one.name) for one in lists.active(workspace)]
    form.mailing_list_id.choices = options([("", _("Choose a list…")), *active])
    known = [(str(one.id), one.name) for one in segments.segments_of(workspace)]
    form.included.choices = form.excluded.choices = options(known)
    return form


def _audience_page(workspace: Workspace, campaign: Campaign, form: AudienceForm) -> str:
    return render_template(
        "campaigns/audience.html",
        campaign=campaign,
        form=form,
        summary=summing_up.summary(workspace, campaign, now=_count_now()),
        editable=campaign.status == Status.DRAFT and allowed(Permission.EDIT),
    )


def _send_page(workspace: Workspace, campaign: Campaign, form: ScheduleForm) -> str:
    problems = planning.check_ready(campaign)
    return render_template(
        "campaigns/send.html",
        campaign=campaign,
        form=form,
        problems=problems,
        summary=summing_up.summary(workspace, campaign, now=_count_now()),
        may_send=allowed(Permission.SEND),
    )


def _progress(campaign: Campaign) -> dict[str, object]:
    counted = progress.progress(campaign)
    reasons = summing_up.skipped_in_words(counted.skipped)
    left_out = summing_up.skipped_in_words(campaign.left_out)
    return {
        "campaign": campaign,
        "progress": counted,
        "reasons": reasons,
        "given_up": summing_up.skipped_in_words(counted.given_up),
        "left_out": left_out,
        "may_send": allowed(Permission.SEND),
    }
