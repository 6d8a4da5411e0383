"""How sure a workspace wants to be, and whether safe pairs are merged alone."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contacts import queries
from webapp.core.i18n import _
from webapp.duplicates import finding, settings
from webapp.duplicates.forms import SettingsForm
from webapp.duplicates.views.blueprint import blueprint, colleague


@blueprint.get("/settings")
@requires(Permission.EDIT)
def show_settings(workspace: Workspace) -> ResponseReturnValue:
    """The form of the settings."""
    form = SettingsForm.of(settings.of(workspace), queries.attributes(workspace))
    return render_template("duplicates/settings.html", form=form)


@blueprint.post("/settings")
@requires(Permission.EDIT)
def save_settings(workspace: Workspace) -> ResponseReturnValue:
    """Let other settings hold, and look for duplicates by them."""
    form = SettingsForm.of(settings.of(workspace), queries.attributes(workspace))
    if not form.validate_on_submit():
        return render_template("duplicates/settings.html", form=form), 422
    settings.change(workspace, form.wanted())
    finding.ask(workspace, user_id=colleague().id)
    auditing.record(workspace, "duplicates.settings_changed")
    flash(_("Saved. Duplicates are being looked for again."), "success")
    return redirect(url_for(".index"), 303)
