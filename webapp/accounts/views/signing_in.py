"""Coming in, going out, and moving to another workspace."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from webapp.accounts import queries, sessions, signing_in
from webapp.accounts.access import open_to_all, signed_in
from webapp.accounts.forms import SignInForm
from webapp.accounts.views.blueprints import accounts, enter
from webapp.core import addresses, tokens
from webapp.core.errors import NotFound
from webapp.core.i18n import _
from webapp.core.limits import limiter, network
from webapp.core.returning import safe_path


def _address_and_network() -> str:
    address = addresses.key(request.form.get("email", ""))
    return f"{tokens.fingerprint(address)[:16]} {network()}"


@accounts.route("/sign-in", methods=["GET", "POST"])
@open_to_all("here people sign in")
@limiter.limit("60 per 15 minutes", methods=["POST"])
@limiter.limit("10 per 15 minutes", methods=["POST"], key_func=_address_and_network)
def sign_in() -> ResponseReturnValue:
    """Ask for address and password; say the same whatever is wrong."""
    way_on = safe_path(request.args.get("next"), "/")
    if current_user.is_authenticated:
        return redirect(way_on, 303)
    form = SignInForm()
    if not form.validate_on_submit():
        page = render_template("accounts/sign_in.html", form=form)
        return page, 422 if form.is_submitted() else 200
    user = signing_in.authenticate(form.email.data, form.password.data)
    if user is None:
        form.form_errors.append(_("This address and this password do not match."))
        return render_template("accounts/sign_in.html", form=form), 422
    enter(user)
    return redirect(way_on, 303)


@accounts.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this session, on the server too."""
    sessions.end_this(current_user)
    logout_user()
    session.clear()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@accounts.post("/workspaces/<slug>")
@signed_in
def switch(slug: str) -> ResponseReturnValue:
    """Go to another workspace of the person."""
    if queries.find_membership(current_user, slug) is None:
        raise NotFound
    return redirect(url_for("home.index", workspace_slug=slug), 303)
