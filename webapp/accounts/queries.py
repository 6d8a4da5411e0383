"""Questions about workspaces, users and their sessions."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import selectinload

from webapp.accounts.models import Membership, Role, User, UserSession, Workspace
from webapp.core import clock, tokens
from webapp.core.db import db

# The moment a session was last seen is noted this often, not at every page.
SEEN_EVERY = timedelta(minutes=5)
# A browser that was not seen for so long must sign in again.
IDLE = timedelta(days=30)


def find_membership(user: User, slug: str) -> Membership | None:
    """The user's membership of the workspace with this slug, with the workspace."""
    return db.session.scalar(
        select(Membership)
        .join(Membership.workspace)
        .where(Membership.user_id == user.id, Workspace.slug == slug)
    )


def workspaces_of(user: User) -> list[Workspace]:
    """The workspaces a user is a member of, the real ones before the demonstration."""
    return list(
        db.session.scalars(
            select(Workspace)
            .join(Membership)
            .where(Membership.user_id == user.id)
            .order_by(Workspace.is_demo, Workspace.name)
        )
    )


def owns_a_shop(user: User) -> bool:
    """Whether the user owns a workspace that is no demonstration."""
    owned = exists().where(
        Membership.user_id == user.id,
        Membership.role == Role.OWNER,
        Membership.workspace_id == Workspace.id,
        Workspace.is_demo.is_(False),
    )
    return bool(db.session.scalar(select(owned)))


def owners(workspace: Workspace) -> Sequence[User]:
    """Who answers for the workspace."""
    return db.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.workspace_id == workspace.id,
            Membership.role == Role.OWNER,
            User.disabled_at.is_(None),
        )
        .order_by(User.id)
    ).all()


def find_user(email: str) -> User | None:
    """The user with this address, whatever its case."""
    return db.session.scalar(
        select(User).where(func.lower(User.email) == email.strip().lower())
    )


def all_users() -> Sequence[User]:
    """Every user with their memberships, for the operator."""
    return db.session.scalars(
        select(User)
        .options(selectinload(User.memberships).joinedload(Membership.workspace))
        .order_by(User.email)
    ).all()


def find_workspace(slug: str) -> Workspace | None:
    """The workspace with this slug, whoever asks."""
    return db.session.scalar(select(Workspace).where(Workspace.slug == slug))


def any_user() -> bool:
    """Whether the installation was ever set up."""
    return db.session.scalar(select(User.id).limit(1)) is not None


def user_of_session(token: str) -> User | None:
    """The user signed in with this session token, unless the session was ended or the user disabled."""
    session = db.session.scalar(
        select(UserSession).where(
            UserSession.token_hash == tokens.fingerprint(token),
            UserSession.ended_at.is_(None),
            UserSession.seen_at > clock.now() - IDLE,
        )
    )
    user = db.session.get(User, session.user_id) if session else None
    if session is None or user is None or user.disabled_at:
        return None
    if session.seen_at < clock.now() - SEEN_EVERY:
        session.seen_at = clock.now()
    user.session_token = token
    return user
