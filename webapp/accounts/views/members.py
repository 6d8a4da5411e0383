"""Settings: who is in the workspace, and who was asked to come."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import inviting
from webapp.accounts import members as membership
from webapp.accounts.access import Permission, requires
from webapp.accounts.forms import InviteForm, RoleForm
from webapp.accounts.inviting import IsMemberAlready
from webapp.accounts.members import ROLE_NAMES, ROLE_NOTES, LastOwnerStays
from webapp.accounts.models import Role, Workspace
from webapp.accounts.views.blueprints import settings
from webapp.core import clock
from webapp.core.i18n import _
from webapp.core.limits import limiter


@settings.get("/members")
@requires(Permission.MEMBERS)
def members(workspace: Workspace) -> ResponseReturnValue:
    """List the members and the open invitations."""
    return _page(workspace, InviteForm(None))


@settings.post("/members")
@requires(Permission.MEMBERS)
@limiter.limit("60 per hour")
def invite(workspace: Workspace) -> ResponseReturnValue:
    """Invite a colleague by mail."""
    form = InviteForm()
    if not form.validate():
        return _page(workspace, form), 422
    try:
        inviting.invite(
            workspace, form.email.data, Role(form.role.data), by=current_user
        )
    except IsMemberAlready as already:
        form.email.errors = [str(already)]
        return _page(workspace, form), 422
    flash(_("The invitation is on its way."), "success")
    return redirect(url_for(".members"), 303)


@settings.post("/members/<int:user_id>/role")
@requires(Permission.MEMBERS)
def change_role(workspace: Workspace, user_id: int) -> ResponseReturnValue:
    """Give a member another role."""
    form = RoleForm()
    if not form.validate():
        return _page(workspace, InviteForm(None)), 422
    try:
        membership.change_role(workspace, user_id, Role(form.role.data))
    except LastOwnerStays as last:
        flash(str(last), "error")
        return redirect(url_for(".members"), 303)
    flash(_("The role is changed."), "success")
    return redirect(_after_changing(user_id), 303)


@settings.post("/members/<int:user_id>/remove")
@requires(Permission.MEMBERS)
def remove_member(workspace: Workspace, user_id: int) -> ResponseReturnValue:
    """Take a member out of the workspace."""
    try:
        membership.remove(workspace, user_id)
    except LastOwnerStays as last:
        flash(str(last), "error")
        return redirect(url_for(".members"), 303)
    flash(_("The member is removed."), "success")
    return redirect(_after_changing(user_id), 303)


@settings.post("/invitations/<int:invitation_id>/resend")
@requires(Permission.MEMBERS)
@limiter.limit("60 per hour")
def resend_invitation(workspace: Workspace, invitation_id: int) -> ResponseReturnValue:
    """Send a new link to somebody who was invited."""
    inviting.resend(workspace, invitation_id, by=current_user)
    flash(_("The invitation is on its way."), "success")
    return redirect(url_for(".members"), 303)


@settings.post("/invitations/<int:invitation_id>/revoke")
@requires(Permission.MEMBERS)
def revoke_invitation(workspace: Workspace, invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    inviting.revoke(workspace, invitation_id)
    flash(_("The invitation is revoked."), "success")
    return redirect(url_for(".members"), 303)


def _after_changing(user_id: int) -> str:
    """Who changed their own role may not come back to this page."""
    return "/" if user_id == current_user.id else url_for(".members")


def _page(workspace: Workspace, form: InviteForm) -> str:
    return render_template(
        "settings/members.html",
        form=form,
        members=membership.of(workspace),
        invitations=inviting.pending(workspace),
        role_names={role.value: name for role, name in ROLE_NAMES.items()},
        role_notes={role.value: note for role, note in ROLE_NOTES.items()},
        now=clock.now(),
    )
