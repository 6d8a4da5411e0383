"""A forgotten password."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import resetting
from webapp.accounts.access import open_to_all
from webapp.accounts.forms import ForgottenForm, NewPasswordForm
from webapp.accounts.passwords import PasswordIsTooWeak
from webapp.accounts.views.blueprints import accounts
from webapp.core.i18n import _
from webapp.core.limits import limiter


@accounts.route("/forgotten-password", methods=["GET", "POST"])
@open_to_all("who forgot a password cannot sign in")
@limiter.limit("10 per hour", methods=["POST"])
def forgotten_password() -> ResponseReturnValue:
    """Send a link, and say the same whether the address is known or not."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        page = render_template("accounts/forgotten_password.html", form=form)
        return page, 422 if form.is_submitted() else 200
    resetting.ask(form.email.data)
    flash(
        _(
            "If this address has an account, an e-mail with a link is on its way. "
            "The link is good for 30 minutes."
        ),
        "success",
    )
    return redirect(url_for("accounts.sign_in"), 303)


@accounts.route("/new-password/<token>", methods=["GET", "POST"])
@open_to_all("the signed link says who it is")
@limiter.limit("30 per hour", methods=["POST"])
def new_password(token: str) -> ResponseReturnValue:
    """Choose a password by the link of the mail."""
    user = resetting.user_of(token)
    if user is None:
        return render_template("accounts/link_is_over.html"), 410
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            resetting.choose(user, form.password.data)
        except PasswordIsTooWeak as weak:
            form.password.errors = [str(weak)]
        else:
            flash(_("Your password is changed. Please sign in with it."), "success")
            return redirect(url_for("accounts.sign_in"), 303)
    page = render_template("accounts/new_password.html", form=form, email=user.email)
    return page, 422 if form.is_submitted() else 200
