"""Who did what, when."""

from webapp.accounts import access
from webapp.accounts.models import AuditEntry, User, Workspace
from webapp.core import clock
from webapp.core.db import HasId, db


def record(
    workspace: Workspace | None,
    action: str,
    target: HasId | None = None,
    *,
    name: str = "",
    by: User | None = None,
    **detail: object,
) -> None:
    """Enter what a person just did, such as "campaign.sent"; no contact's address in it.

    :param by: who did it, where that is not yet the person signed in.
    """
    db.session.add(
        AuditEntry(
            workspace_id=workspace.id if workspace else None,
            user_id=by.id if by else access.current_user_id(),
            at=clock.now(),
            action=action,
            target_kind=getattr(target, "__tablename__", ""),
            target_id=target.id if target else None,
            target_name=name or getattr(target, "name", ""),
            detail=detail,
        )
    )
