"""Who did what, when."""

from webapp.accounts import access
from webapp.accounts.models import AuditEntry, Workspace
from webapp.core import clock
from webapp.core.db import HasId, db


def record(
    workspace: Workspace | None,
    action: str,
    target: HasId | None = None,
    *,
    name: str = "",
    **detail: object,
) -> None:
    """Enter what the signed-in person just did, such as "campaign.sent"; no contact's address in it."""
    db.session.add(
        AuditEntry(
            workspace_id=workspace.id if workspace else None,
            user_id=access.current_user_id(),
            at=clock.now(),
            action=action,
            target_kind=getattr(target, "__tablename__", ""),
            target_id=target.id if target else None,
            target_name=name or getattr(target, "name", ""),
            detail=detail,
        )
    )
