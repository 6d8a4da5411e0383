"""Settings: who did what."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from webapp.accounts import audit_log as log
from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.actions import sentence
from webapp.accounts.audit_log import Filter
from webapp.accounts.models import AuditEntry, Workspace
from webapp.accounts.views.blueprints import settings
from webapp.core import clock
from webapp.core.bad_input import row_number
from webapp.core.pages import keyset_page, position
from webapp.core.streaming import streamed


@settings.get("/audit-log")
@requires(Permission.AUDIT)
def audit_log(workspace: Workspace) -> ResponseReturnValue:
    """What was done in the workspace, the newest first."""
    page = keyset_page(
        log.entries(workspace, _filter()),
        AuditEntry,
        before=position("before"),
        after=position("after"),
    )
    return render_template(
        "settings/audit_log.html",
        page=page,
        wanted=_filter(),
        sentence=sentence,
        actions=log.actions_of(workspace),
        people=log.people_of(workspace),
    )


@settings.post("/audit-log/export")
@requires(Permission.AUDIT)
def export_audit_log(workspace: Workspace) -> ResponseReturnValue:
    """The same as a CSV file."""
    auditing.record(workspace, "audit.exported")
    lines = streamed(log.as_csv(workspace, _filter()))
    filename = f"audit-{workspace.slug}-{clock.now():%Y-%m-%d}.csv"
    return Response(
        lines,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _filter() -> Filter:
    chosen = request.values
    return Filter(
        action=chosen.get("action", ""), user_id=chosen.get("person", type=row_number)
    )
