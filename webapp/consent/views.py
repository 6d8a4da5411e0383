"""Settings: the ledger of what people said, its verifications, and what one takes away of it."""

import json

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, current_user_id, requires
from webapp.accounts.models import Workspace
from webapp.consent import (
    checking,
    checkpoints,
    exporting,
    signing,
    standalone,
    verifications,
)
from webapp.core import clock
from webapp.core.errors import NotFound
from webapp.core.i18n import _
from webapp.core.streaming import streamed

blueprint = Blueprint("ledger", __name__)


@blueprint.get("/")
@requires(Permission.AUDIT)
def index(workspace: Workspace) -> ResponseReturnValue:
    """How long the ledger is, whether it holds, and how others verify that."""
    return render_template(
        "settings/ledger.html",
        size=checking.size(workspace),
        checkpoint=checkpoints.latest(workspace),
        stamped=checkpoints.stamped_at(workspace),
        running=verifications.under_way(workspace),
        finished=verifications.finished(workspace),
        key=signing.public_key(),
    )


@blueprint.get("/verification")
@requires(Permission.AUDIT)
def follow(workspace: Workspace) -> ResponseReturnValue:
    """How far the verification is, for the page to renew itself."""
    return render_template(
        "settings/_verification.html",
        running=verifications.under_way(workspace),
        finished=verifications.finished(workspace),
    )


@blueprint.post("/verify")
@requires(Permission.AUDIT)
def verify(workspace: Workspace) -> ResponseReturnValue:
    """Have the whole ledger verified; the page may be left meanwhile."""
    verifications.ask(workspace, user_id=current_user_id(), whole=True)
    auditing.record(workspace, "ledger.verified")
    flash(_("The ledger is being verified. You may leave this page."), "info")
    return redirect(url_for(".index"), 303)


@blueprint.post("/checkpoint")
@requires(Permission.AUDIT)
def take_checkpoint(workspace: Workspace) -> ResponseReturnValue:
    """Sign where the ledger stands."""
    checkpoints.take(workspace)
    auditing.record(workspace, "ledger.checkpoint_taken")
    flash(_("The checkpoint is taken. Keep it away from this installation."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.get("/checkpoint.json")
@requires(Permission.AUDIT)
def checkpoint(workspace: Workspace) -> ResponseReturnValue:
    """The last checkpoint, to keep elsewhere."""
    documents = checkpoints.documents(workspace)
    if not documents:
        raise NotFound
    name = f"checkpoint-{workspace.slug}-{documents[-1]['at'][:10]}.json"
    return _file(json.dumps(documents[-1]) + "\n", "application/json", name)


@blueprint.get("/verifying.py")
@requires(Permission.AUDIT)
def verifier(workspace: Workspace) -> ResponseReturnValue:
    """The verifier, which runs anywhere."""
    del workspace
    return _file(standalone.source(), "text/x-python", standalone.NAME)


@blueprint.post("/export")
@requires(Permission.EXPORT)
def export(workspace: Workspace) -> ResponseReturnValue:
    """The whole ledger, one event a line, ending with a fresh checkpoint; who takes it is logged."""
    checkpoints.take(workspace)
    auditing.record(workspace, "ledger.exported")
    name = f"ledger-{workspace.slug}-{clock.now():%Y-%m-%d}.jsonl"
    return _file(streamed(exporting.lines(workspace)), "application/x-ndjson", name)


def _file(content: object, mimetype: str, name: str) -> Response:
    return Response(
        content,  # type: ignore[arg-type]
        mimetype=mimetype,
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )
