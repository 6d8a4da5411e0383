"""Settings: what is measured, of whom, and asking those who never answered."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, allowed, requires
from webapp.accounts.models import Workspace
from webapp.campaigns import asking_drafts, measured_people
from webapp.core.form_fields import options
from webapp.core.i18n import _
from webapp.measuring_pages.forms import AskForm, MeasuringForm, TaggingForm
from webapp.messages import jobs, tagging
from webapp.messages.last_opens import FEWEST
from webapp.subscriptions import queries as lists

blueprint = Blueprint("measuring", __name__)
_SWITCHES = (
    *("measures_opens", "measures_clicks", "keeps_last_open"),
    *("keeps_hits", "sets_traps"),
)


@blueprint.get("/")
@requires(Permission.AUDIT)
def index(workspace: Workspace) -> ResponseReturnValue:
    """The switches, and who agreed."""
    return _page(workspace, MeasuringForm(obj=workspace))


@blueprint.post("/")
@requires(Permission.SETTINGS)
def save(workspace: Workspace) -> ResponseReturnValue:
    """Switch measuring on or off; the days of last opens go when they are kept no more."""
    form = MeasuringForm(obj=workspace)
    if not form.validate_on_submit():
        return _page(workspace, form), 422
    changed = [
        name for name in _SWITCHES if getattr(workspace, name) != form[name].data
    ]
    for name in changed:
        setattr(workspace, name, form[name].data)
    if changed:
        auditing.record(workspace, "measuring.changed", workspace, fields=changed)
    if "keeps_last_open" in changed and not workspace.keeps_last_open:
        jobs.forget_last_opens.enqueue(workspace_id=workspace.id)
    flash(_("What is measured is saved."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/tags")
@requires(Permission.SETTINGS)
def tag(workspace: Workspace) -> ResponseReturnValue:
    """Add campaign tags to links from now on, or stop."""
    form = TaggingForm()
    if not form.validate_on_submit():
        return _page(workspace, MeasuringForm(obj=workspace), tags=form), 422
    if form.is_on.data:
        patterns = {name: form[name].data or "" for name in tagging.FIELDS}
        tagging.save(workspace, patterns, form.chosen_sites)
    else:
        tagging.stop(workspace)
    auditing.record(workspace, "tagging.changed", workspace, on=form.is_on.data)
    flash(_("The campaign tags are saved."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/ask")
@requires(Permission.EDIT)
def ask(workspace: Workspace) -> ResponseReturnValue:
    """Begin the message that asks the people of a list."""
    form = _ask_form(workspace)
    if not form.validate_on_submit():
        if not allowed(Permission.AUDIT):
            return redirect(url_for("campaigns.index"), 303)
        return _page(workspace, MeasuringForm(obj=workspace), form), 422
    campaign = asking_drafts.create(
        workspace, form.mailing_list_id.data, form.language.data
    )
    flash(_("The draft is ready: read it, then choose when to send it."), "success")
    return redirect(url_for("campaigns.edit", campaign_id=campaign.id), 303)


def _ask_form(workspace: Workspace) -> AskForm:
    form = AskForm()
    form.mailing_list_id.choices = options(
        (str(one.id), one.name) for one in lists.active(workspace)
    )
    if not form.is_submitted():
        form.language.data = workspace.locale
    return form


def _tagging_form(workspace: Workspace) -> TaggingForm:
    rules = tagging.of(workspace)
    shown = rules or tagging.suggestion(workspace)
    return TaggingForm(
        formdata=None,
        data={
            **{name: getattr(shown, name) for name in tagging.FIELDS},
            "is_on": rules is not None,
            "where": "mine" if shown.sites or rules is None else "all",
            "sites": "\n".join(shown.sites),
        },
    )


def _page(
    workspace: Workspace,
    form: MeasuringForm,
    asks: AskForm | None = None,
    tags: TaggingForm | None = None,
) -> str:
    return render_template(
        "measuring/index.html",
        form=form,
        asks=asks or _ask_form(workspace),
        tags=tags or _tagging_form(workspace),
        example=tagging.example(workspace),
        counted=measured_people.figures(
            workspace, now=request.args.get("count") == "now"
        ),
        fewest=FEWEST,
    )
