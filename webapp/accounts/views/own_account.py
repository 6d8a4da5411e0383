"""Your account: name, password, and the browsers you are signed in with."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import auditing, passwords, queries, sessions
from webapp.accounts.access import signed_in
from webapp.accounts.forms import ChangePasswordForm, ProfileForm
from webapp.accounts.passwords import PasswordIsTooWeak
from webapp.accounts.views.blueprints import accounts
from webapp.core.i18n import _
from webapp.core.limits import limiter


@accounts.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """Show the account of the person signed in."""
    return _page(ProfileForm(None, obj=current_user), ChangePasswordForm(None))


@accounts.post("/account")
@signed_in
def change_profile() -> ResponseReturnValue:
    """Change name, language and theme."""
    form = ProfileForm()
    if not form.validate():
        return _page(form, ChangePasswordForm(None)), 422
    form.populate_obj(current_user)
    flash(_("Your account is changed."), "success")
    return redirect(url_for(".account"), 303)


@accounts.post("/account/password")
@signed_in
@limiter.limit("20 per hour")
def change_password() -> ResponseReturnValue:
    """Change the password, which ends every other session."""
    form = ChangePasswordForm()
    if not form.validate() or not _changed(form):
        return _page(ProfileForm(None, obj=current_user), form), 422
    sessions.end_others(current_user)
    auditing.record(None, "user.password_changed", current_user)
    flash(_("Your password is changed. All other browsers are signed out."), "success")
    return redirect(url_for(".account"), 303)


@accounts.post("/account/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one browser out."""
    sessions.end(current_user, session_id)
    flash(_("That browser is signed out."), "success")
    return redirect(url_for(".account"), 303)


@accounts.post("/account/sessions/end-others")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    """Sign out every browser but this one."""
    sessions.end_others(current_user)
    flash(_("All other browsers are signed out."), "success")
    return redirect(url_for(".account"), 303)


def _changed(form: ChangePasswordForm) -> bool:
    if not passwords.matches(current_user, form.old.data):
        form.old.errors = [_("This is not your current password.")]
        return False
    try:
        passwords.change(current_user, form.password.data)
    except PasswordIsTooWeak as weak:
        form.password.errors = [str(weak)]
        return False
    return True


def _page(profile: ProfileForm, password: ChangePasswordForm) -> str:
    return render_template(
        "accounts/account.html",
        profile=profile,
        password=password,
        sessions=sessions.open_ones(current_user),
        is_this_one=lambda session: sessions.is_this_one(current_user, session),
        home=queries.workspaces_of(current_user),
    )
