"""Accepting an invitation."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import inviting, queries, setting_up
from webapp.accounts.access import open_to_all
from webapp.accounts.forms import JoinForm
from webapp.accounts.members import ROLE_NAMES
from webapp.accounts.models import Invitation, Role, Workspace
from webapp.accounts.passwords import PasswordIsTooWeak
from webapp.accounts.setting_up import Owner
from webapp.accounts.views.blueprints import accounts, enter
from webapp.core import i18n
from webapp.core.i18n import _
from webapp.core.limits import limiter


@accounts.get("/invitation/<token>")
@open_to_all("the secret link says who was invited")
@limiter.limit("60 per hour")
def invitation(token: str) -> ResponseReturnValue:
    """Say who invites, to which workspace, in which role."""
    invited, workspace = inviting.open_invitation(token)
    known = queries.find_user(invited.email)
    if known and not current_user.is_authenticated:
        flash(_("Please sign in to join %(name)s.", name=workspace.name), "info")
        return redirect(url_for("accounts.sign_in", next=request.path), 303)
    return _page(JoinForm(), invited, workspace)


@accounts.post("/invitation/<token>")
@open_to_all("the secret link says who was invited")
@limiter.limit("30 per hour")
def accept_invitation(token: str) -> ResponseReturnValue:
    """Join, with the account one has or with a new one."""
    invited, workspace = inviting.open_invitation(token)
    if current_user.is_authenticated:
        inviting.accept(invited, workspace, current_user)
    elif queries.find_user(invited.email):
        return redirect(url_for("accounts.sign_in", next=request.path), 303)
    else:
        form = JoinForm()
        if not form.validate() or not _joined(form, invited, workspace):
            return _page(form, invited, workspace), 422
    flash(_("Welcome to %(name)s.", name=workspace.name), "success")
    return redirect(url_for("home.index", workspace_slug=workspace.slug), 303)


def _joined(form: JoinForm, invited: Invitation, workspace: Workspace) -> bool:
    person = Owner(form.name.data, invited.email, form.password.data, i18n.locale())
    try:
        user = setting_up.create_user(person)
    except PasswordIsTooWeak as weak:
        form.password.errors = [str(weak)]
        return False
    inviting.accept(invited, workspace, user)
    enter(user)
    return True


def _page(form: JoinForm, invited: Invitation, workspace: Workspace) -> str:
    return render_template(
        "accounts/invitation.html",
        form=form,
        invitation=invited,
        shop=workspace.name,
        role=ROLE_NAMES[Role(invited.role)],
    )
