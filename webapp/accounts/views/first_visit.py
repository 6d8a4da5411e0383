"""The first visit: the owner and the shop."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing, queries, setting_up
from webapp.accounts.access import open_to_all
from webapp.accounts.forms import SetupForm
from webapp.accounts.passwords import PasswordIsTooWeak
from webapp.accounts.setting_up import IsSetUpAlready, Owner
from webapp.accounts.views.blueprints import accounts, enter
from webapp.core import i18n
from webapp.core.i18n import _
from webapp.core.limits import limiter


@accounts.route("/setup", methods=["GET", "POST"])
@open_to_all("until somebody has set the installation up, nobody can sign in")
@limiter.limit("30 per hour", methods=["POST"])
def set_up() -> ResponseReturnValue:
    """Make the first user and the first workspace."""
    if queries.any_user():
        return redirect(url_for("accounts.sign_in"), 303)
    form = SetupForm(locale=i18n.locale())
    if not form.validate_on_submit():
        page = render_template("accounts/setup.html", form=form)
        return page, 422 if form.is_submitted() else 200
    return _create(form)


def _create(form: SetupForm) -> ResponseReturnValue:
    owner = Owner(
        form.owner_name.data,
        form.owner_email.data,
        form.password.data,
        i18n.locale(),
    )
    try:
        user, workspace = setting_up.set_up(owner, form.controller())
    except IsSetUpAlready as already:
        flash(str(already), "info")
        return redirect(url_for("accounts.sign_in"), 303)
    except PasswordIsTooWeak as weak:
        form.password.errors = [str(weak)]
        return render_template("accounts/setup.html", form=form), 422
    auditing.record(workspace, "workspace.created", workspace, by=user)
    enter(user)
    flash(_("Welcome to Volontiers. Your workspace is ready."), "success")
    return redirect(url_for("home.index", workspace_slug=workspace.slug), 303)
