"""The way in, and the first page of a workspace."""

from typing import Any

from flask import (
    Blueprint,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import queries as accounts
from webapp.accounts.access import Permission, open_to_all, requires
from webapp.accounts.models import Workspace
from webapp.consent import verifications
from webapp.home import queries
from webapp.home.checklist import Step, steps
from webapp.reputation import alarms
from webapp.subscriptions import overview

blueprint = Blueprint("home", __name__)
way_in = Blueprint("way_in", __name__)


@way_in.get("/")
@open_to_all(
    "it only shows the way: to the workspace, to sign-in or to the first visit"
)
def index() -> ResponseReturnValue:
    """Lead to the workspace the person was in last, to sign-in, or to the first visit."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in"), 303)
    slugs = [workspace.slug for workspace in accounts.workspaces_of(current_user)]
    if not slugs:
        return redirect(url_for("accounts.account"), 303)
    last = session.get("workspace")
    slug = last if last in slugs else slugs[0]
    return redirect(url_for("home.index", workspace_slug=slug), 303)


@blueprint.get("/", endpoint="index")
@requires(Permission.VIEW)
def home(workspace: Workspace) -> ResponseReturnValue:
    """Show what to do next, and how it goes."""
    todo = steps(workspace)
    counted = queries.counted(workspace, now=request.args.get("count") == "now")
    return render_template(
        "home/index.html",
        steps=[_shown(step) for step in todo],
        is_complete=all(step.done for step in todo),
        counted=counted,
        campaigns=queries.last_campaigns(workspace),
        weeks=overview.weeks(counted),
        broken_ledger=verifications.broken(workspace),
        alarms=alarms.open_alarms(workspace),
        can_load_demo="demo.load" in current_app.view_functions,
    )


def _shown(step: Step) -> dict[str, Any]:
    return {
        "title": step.title,
        "text": step.text,
        "action": step.action,
        "href": url_for(step.endpoint),
        "done": step.done,
    }
