"""Which demo shops there are, and whose."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from webapp.accounts.models import Membership, Role, User, Workspace
from webapp.core.db import db


def of(user: User) -> Workspace | None:
    """The demo shop this user owns."""
    return db.session.scalar(
        select(Workspace)
        .join(Membership)
        .where(
            Workspace.is_demo,
            Membership.user_id == user.id,
            Membership.role == Role.OWNER,
        )
        .order_by(Workspace.id)
        .limit(1)
    )


def every() -> Sequence[Workspace]:
    """All demo shops of the installation."""
    return db.session.scalars(
        select(Workspace).where(Workspace.is_demo).order_by(Workspace.id)
    ).all()


def owns_a_shop(user: User) -> bool:
    """Whether the user owns any workspace of this installation."""
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    Membership.user_id == user.id, Membership.role == Role.OWNER
                )
            )
        )
    )


def first_owner() -> User | None:
    """The person who has owned a workspace longest."""
    return db.session.scalar(
        select(User)
        .join(Membership)
        .where(Membership.role == Role.OWNER, User.disabled_at.is_(None))
        .order_by(Membership.joined_at, User.id)
        .limit(1)
    )
