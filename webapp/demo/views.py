"""Two buttons: load the demo shop, remove it."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires, signed_in
from webapp.accounts.current import WORKSPACE_PREFIX
from webapp.accounts.models import Workspace
from webapp.core.errors import NotAllowed
from webapp.core.i18n import _
from webapp.demo import loading, queries, removing

blueprint = Blueprint("demo", __name__)


@blueprint.post("/demo")
@signed_in
def load() -> ResponseReturnValue:
    """Load the demo shop, or lead to the one that is there."""
    if not queries.owns_a_shop(current_user):
        raise NotAllowed
    workspace = loading.load(current_user)
    flash(_("This is a demo shop: nobody in it exists, and its mail reaches nobody."))
    return redirect(url_for("home.index", workspace_slug=workspace.slug), 303)


@blueprint.post(f"{WORKSPACE_PREFIX}/demo/remove")
@requires(Permission.SETTINGS)
def remove(workspace: Workspace) -> ResponseReturnValue:
    """Remove the demo shop with all that is in it."""
    removing.remove(workspace)
    auditing.record(None, "demo.removed", name=workspace.name)
    flash(_("The demo shop is removed."), "success")
    return redirect(url_for("way_in.index"), 303)
