"""Who is in a workspace, with which role."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from webapp.accounts import auditing
from webapp.accounts.models import Membership, Role, User, Workspace
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l

ROLE_NAMES: dict[Role, Any] = {
    Role.OWNER: _l("Owner"),
    Role.EDITOR: _l("Editor"),
    Role.VIEWER: _l("Viewer"),
    Role.SELLER: _l("Seller"),
    Role.PRIVACY_OFFICER: _l("Privacy officer"),
}
ROLE_NOTES: dict[Role, Any] = {
    Role.OWNER: _l("Does everything, members and settings included."),
    Role.EDITOR: _l(
        "Works with contacts, lists and widgets, writes and sends campaigns."
    ),
    Role.VIEWER: _l(
        "Looks at campaigns and figures; sees no contact and changes nothing."
    ),
    Role.SELLER: _l(
        "Enters customers at the shop counter; otherwise sees what a viewer sees."
    ),
    Role.PRIVACY_OFFICER: _l(
        "Sees contacts and their consents, answers requests about rights, reads the audit log."
    ),
}


class LastOwnerStays(DomainError):
    """A workspace always has an owner."""

    message = _l("A workspace needs an owner. Make somebody else owner first.")


def of(workspace: Workspace) -> Sequence[Membership]:
    """The members, those who came first first."""
    return db.session.scalars(
        select(Membership)
        .where(Membership.workspace_id == workspace.id)
        .options(joinedload(Membership.user))
        .order_by(Membership.joined_at, Membership.user_id)
    ).all()


def is_one(workspace: Workspace, email: str) -> bool:
    """Whether a member of the workspace has this address."""
    found = exists().where(
        Membership.workspace_id == workspace.id,
        Membership.user_id == User.id,
        func.lower(User.email) == email.strip().lower(),
    )
    return bool(db.session.scalar(select(found)))


def change_role(workspace: Workspace, user_id: int, role: Role) -> None:
    """Give a member another role.

    :raises NotFound: when the person is not a member.
    :raises LastOwnerStays: when nobody else owns the workspace.
    """
    membership, user = _find(workspace, user_id)
    if membership.role == role:
        return
    _leave_an_owner(workspace, membership)
    before, membership.role = membership.role, role
    auditing.record(
        workspace, "member.role_changed", user, before=before, after=str(role)
    )


def remove(workspace: Workspace, user_id: int) -> None:
    """Take a member out; what they did stays in the audit log.

    :raises NotFound: when the person is not a member.
    :raises LastOwnerStays: when nobody else owns the workspace.
    """
    membership, user = _find(workspace, user_id)
    _leave_an_owner(workspace, membership)
    db.session.delete(membership)
    auditing.record(workspace, "member.removed", user)


def _find(workspace: Workspace, user_id: int) -> tuple[Membership, User]:
    membership = db.session.get(Membership, (workspace.id, user_id))
    if membership is None:
        raise NotFound
    return membership, membership.user


def _leave_an_owner(workspace: Workspace, leaving: Membership) -> None:
    # The rows are locked, so that two owners cannot put one another out.
    owners = db.session.scalars(
        select(Membership.user_id)
        .where(Membership.workspace_id == workspace.id, Membership.role == Role.OWNER)
        .order_by(Membership.user_id)
        .with_for_update()
    ).all()
    if list(owners) == [leaving.user_id]:
        raise LastOwnerStays
