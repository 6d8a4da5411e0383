"""Write a campaign: the editor, its preview, its checks, a test in a real mailbox."""

from typing import Any

from flask import (
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts.access import Permission, allowed, requires
from webapp.accounts.models import Workspace
from webapp.campaigns import composing, drafts, finding, previewing, proofing
from webapp.campaigns.forms import ComposeForm
from webapp.campaigns.models import Campaign, Status
from webapp.campaigns.previewing import Draft
from webapp.campaigns.views.site import blueprint
from webapp.contacts import queries as contacts
from webapp.contacts.models import Contact
from webapp.core.addresses import AddressIsNotValid
from webapp.core.clock import now
from webapp.core.errors import DomainError
from webapp.core.i18n import _
from webapp.messages.starters import starters
from webapp.messages.variables import names

# The page of the preview holds a stranger's HTML: it runs nothing and reaches nobody.
PREVIEW_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src https: data: 'self'; frame-ancestors 'self'"
)


@blueprint.get("/<int:campaign_id>/edit")
@requires(Permission.VIEW)
def edit(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """The editor; what is no draft any more can only be read."""
    campaign = finding.get_campaign(workspace, campaign_id)
    return _editor(workspace, campaign, ComposeForm(obj=campaign))


@blueprint.post("/<int:campaign_id>/edit")
@requires(Permission.EDIT)
def save(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """Keep the words, malformed or not: only sending needs them right."""
    campaign = finding.get_campaign(workspace, campaign_id)
    form = ComposeForm()
    composing.save(workspace, campaign, form.kept())
    if form.errors:
        return _editor(workspace, campaign, form), 422
    flash(_("The draft is saved."), "success")
    return redirect(url_for(".edit", campaign_id=campaign.id), 303)


@blueprint.post("/<int:campaign_id>/draft")
@requires(Permission.EDIT)
def autosave(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """Keep what is being written and say what it looks like; JSON for the editor."""
    campaign = finding.get_campaign(workspace, campaign_id)
    form = ComposeForm()
    try:
        composing.save(workspace, campaign, form.kept())
    except drafts.NoLongerADraft as error:
        return {"status": str(error)}, 422
    draft = Draft(workspace, campaign)
    wished: dict[str, Any] = {
        "reader": request.form.get("reader", "").strip() or None,
        "part": "text" if request.form.get("view") == "text" else None,
    }
    # A new address each time, or the frame would keep what it shows.
    stamp = f"{now().timestamp():.3f}"
    source = url_for(".preview", campaign_id=campaign.id, at=stamp, **wished)
    return {
        "src": source,
        "errors": previewing.error_lines(draft),
        "status": _("Saved · %(size)d KB", size=draft.kilobytes),
    }


@blueprint.get("/<int:campaign_id>/preview")
@requires(Permission.VIEW)
def preview(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """The message itself, as a page of its own for the frame of the editor."""
    campaign = finding.get_campaign(workspace, campaign_id)
    try:
        seen = previewing.seen_by(workspace, campaign, _reader(workspace))
    except DomainError as error:
        why = previewing.why_not(error)
        return _framed(render_template("campaigns/_no_preview.html", why=why))
    if request.args.get("part") == "text":
        return _framed(render_template("campaigns/_text_part.html", text=seen.text))
    return _framed(seen.html)


@blueprint.get("/<int:campaign_id>/checks")
@requires(Permission.VIEW)
def checks(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """What to look at before sending, for the side of the editor."""
    draft = Draft(workspace, finding.get_campaign(workspace, campaign_id))
    return render_template("campaigns/_checks.html", draft=draft)


@blueprint.post("/<int:campaign_id>/test")
@requires(Permission.EDIT)
def send_test(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """Send the draft to a few addresses."""
    campaign = finding.get_campaign(workspace, campaign_id)
    try:
        to = proofing.recipients(request.form.get("to", "") or current_user.email)
        proofing.send(workspace, campaign, to, _reader(workspace))
    except (
        proofing.NotToBeWrittenTo,
        proofing.TooManyAddresses,
        proofing.TooManyTests,
    ) as error:
        flash(str(error), "error")
    except AddressIsNotValid:
        flash(_("One of these addresses cannot be right: no test was sent."), "error")
    except DomainError as error:
        flash(previewing.why_not(error), "error")
    else:
        flash(_("The test is on its way to %(to)s.", to=", ".join(to)), "success")
    return redirect(url_for(".edit", campaign_id=campaign.id), 303)


@blueprint.get("/starters/<key>")
@requires(Permission.VIEW)
def starter(workspace: Workspace, key: str) -> ResponseReturnValue:
    """A starter template as it looks, for the gallery."""
    known = {one.key: one for one in starters()}
    if key not in known:
        return _framed("")
    return _framed(previewing.sample(workspace, known[key].source, workspace.locale))


def _editor(workspace: Workspace, campaign: Campaign, form: ComposeForm) -> str:
    keys = [one.key for one in contacts.attributes(workspace)]
    return render_template(
        "campaigns/edit.html",
        campaign=campaign,
        form=form,
        variables=names(keys),
        editable=campaign.status == Status.DRAFT and allowed(Permission.EDIT),
        readers=_readers(workspace, campaign),
        most=proofing.MOST_ADDRESSES,
    )


def _readers(workspace: Workspace, campaign: Campaign) -> object:
    """The contacts proposed for "as seen by", to those who may see contacts."""
    if not allowed(Permission.CONTACTS):
        return []
    return finding.readers(workspace, campaign)


def _reader(workspace: Workspace) -> Contact | None:
    """The contact through whose eyes the campaign is seen; None: an example."""
    address = request.values.get("reader", "").strip()
    if not address or not allowed(Permission.CONTACTS):
        return None
    return contacts.find_by_email(workspace, address)


def _framed(html: str) -> Response:
    response = make_response(html)
    response.headers["Content-Security-Policy"] = PREVIEW_POLICY
    return response
