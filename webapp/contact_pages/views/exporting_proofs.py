"""The proofs of a whole list: asked for, followed, fetched."""

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, allowed, current_user_id, requires
from webapp.accounts.models import Workspace
from webapp.contact_pages import proof_exports
from webapp.core.errors import NotAllowed
from webapp.core.i18n import _, locale
from webapp.subscriptions import queries as lists

blueprint = Blueprint("proofs", __name__)


@blueprint.get("/<int:list_id>/proofs")
@requires(Permission.EXPORT)
def index(workspace: Workspace, list_id: int) -> ResponseReturnValue:
    """The files that are there or on their way; also what the page asks for to renew itself."""
    mailing_list = lists.get_list(workspace, list_id)
    return render_template(
        "lists/proofs.html",
        mailing_list=mailing_list,
        exports=proof_exports.of_list(workspace, mailing_list),
        days=proof_exports.KEPT.days,
    )


@blueprint.get("/<int:list_id>/proofs/progress")
@requires(Permission.EXPORT)
def follow(workspace: Workspace, list_id: int) -> ResponseReturnValue:
    """How far they are, for the page to renew itself."""
    mailing_list = lists.get_list(workspace, list_id)
    return render_template(
        "lists/_proof_files.html",
        mailing_list=mailing_list,
        exports=proof_exports.of_list(workspace, mailing_list),
    )


@blueprint.post("/<int:list_id>/proofs")
@requires(Permission.EXPORT)
def ask(workspace: Workspace, list_id: int) -> ResponseReturnValue:
    """Have the file made; how people said it is in it for those alone who may see that."""
    mailing_list = lists.get_list(workspace, list_id)
    proof_exports.ask(
        workspace,
        mailing_list,
        user_id=current_user_id(),
        with_circumstances=allowed(Permission.PRIVACY),
        locale=locale(),
    )
    auditing.record(workspace, "proofs.asked", mailing_list)
    flash(_("The proofs are being gathered. You may leave this page."), "info")
    return redirect(url_for(".index", list_id=mailing_list.id), 303)


@blueprint.post("/<int:list_id>/proofs/<int:export_id>")
@requires(Permission.EXPORT)
def fetch(workspace: Workspace, list_id: int, export_id: int) -> ResponseReturnValue:
    """The file; who takes it is logged."""
    mailing_list = lists.get_list(workspace, list_id)
    export = proof_exports.get(workspace, export_id)
    if export.with_circumstances and not allowed(Permission.PRIVACY):
        raise NotAllowed
    path = proof_exports.fetched(export)
    auditing.record(workspace, "proofs.downloaded", mailing_list)
    name = f"proofs-{workspace.slug}-{mailing_list.id}-{export.asked_at:%Y-%m-%d}.zip"
    return send_file(path, "application/zip", as_attachment=True, download_name=name)
