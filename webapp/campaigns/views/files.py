"""What a campaign carries besides its words: attachments, and the pictures to put in."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from webapp.accounts.access import Permission, allowed, requires
from webapp.accounts.models import Workspace
from webapp.campaigns import attachments, file_kinds, files, finding, pictures
from webapp.campaigns.models import Campaign, Status
from webapp.campaigns.previewing import Draft
from webapp.campaigns.views.site import blueprint
from webapp.core.errors import DomainError
from webapp.core.i18n import _

# Room for a file that is too large, so that it is refused in words.
LARGEST_BODY = 12 * 1024 * 1024
# So many are shown at once; older ones open below.
SHOWN = 12


@blueprint.url_value_preprocessor
def take_files(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Before anything reads the body: its form carries the token that lets it pass."""
    if endpoint in {"campaigns.attach", "campaigns.add_picture"}:
        request.max_content_length = LARGEST_BODY


@blueprint.get("/<int:campaign_id>/files")
@requires(Permission.VIEW)
def show_files(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """The attachments and the pictures, as a part of the editor's page."""
    return _part(workspace, finding.get_campaign(workspace, campaign_id))


@blueprint.post("/<int:campaign_id>/attachments")
@requires(Permission.EDIT)
def attach(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """Have files travel with the message."""
    campaign = finding.get_campaign(workspace, campaign_id)
    try:
        for file in request.files.getlist("files"):
            attachments.add(workspace, campaign, file.filename or "", file.read())
    except DomainError as error:
        return _refused(workspace, campaign, file, error)
    return _done(workspace, campaign)


@blueprint.post("/<int:campaign_id>/attachments/<int:attachment_id>/remove")
@requires(Permission.EDIT)
def detach(
    workspace: Workspace, campaign_id: int, attachment_id: int
) -> ResponseReturnValue:
    """Have a file stay behind."""
    campaign = finding.get_campaign(workspace, campaign_id)
    attachments.remove(workspace, campaign, attachment_id)
    return _done(workspace, campaign)


@blueprint.post("/<int:campaign_id>/pictures")
@requires(Permission.EDIT)
def add_picture(workspace: Workspace, campaign_id: int) -> ResponseReturnValue:
    """Take a picture in, for this message and those to come."""
    campaign = finding.get_campaign(workspace, campaign_id)
    file = request.files.get("file") or FileStorage()
    described = request.form.get("description", "").strip()
    try:
        pictures.add(workspace, file.filename or "", file.read(), described)
    except DomainError as error:
        return _refused(workspace, campaign, file, error)
    return _done(workspace, campaign)


@blueprint.post("/<int:campaign_id>/pictures/<int:picture_id>/remove")
@requires(Permission.EDIT)
def remove_picture(
    workspace: Workspace, campaign_id: int, picture_id: int
) -> ResponseReturnValue:
    """Throw a picture away that no message shows."""
    campaign = finding.get_campaign(workspace, campaign_id)
    try:
        pictures.remove(workspace, picture_id)
    except pictures.PictureIsUsed as error:
        return _refused(workspace, campaign, None, error)
    return _done(workspace, campaign)


def _done(workspace: Workspace, campaign: Campaign) -> ResponseReturnValue:
    if "HX-Request" in request.headers:
        return _part(workspace, campaign)
    return _back(campaign)


def _refused(
    workspace: Workspace,
    campaign: Campaign,
    file: FileStorage | None,
    error: DomainError,
) -> ResponseReturnValue:
    named = file.filename if file else ""
    why = f"{named}: {error}" if named else str(error)
    if "HX-Request" in request.headers:
        # An error would undo the files before it, which were taken.
        return _part(workspace, campaign, refused=why)
    flash(why, "error")
    return _back(campaign)


def _back(campaign: Campaign) -> ResponseReturnValue:
    return redirect(url_for(".edit", campaign_id=campaign.id, _anchor="files"), 303)


def _part(workspace: Workspace, campaign: Campaign, **values: Any) -> str:
    html = Draft(workspace, campaign).compiled.html
    found = pictures.pictures_of(workspace)
    return render_template(
        "campaigns/_files.html",
        campaign=campaign,
        editable=campaign.status == Status.DRAFT and allowed(Permission.EDIT),
        attachments=files.attachments_of(campaign),
        weight=files.weight(campaign, html),
        pictures=[("", found[:SHOWN]), (_("Older pictures"), found[SHOWN:])],
        snippet=pictures.snippet,
        accepted=file_kinds.ACCEPTED,
        most=attachments.MOST,
        **values,
    )
