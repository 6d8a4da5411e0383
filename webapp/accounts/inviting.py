"""Bringing a colleague into a workspace."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from webapp.accounts import auditing, queries
from webapp.accounts.events import ColleagueInvited
from webapp.accounts.models import Invitation, Membership, Role, User, Workspace
from webapp.core import clock, events, tokens
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l

GOOD_FOR = timedelta(days=7)


class IsMemberAlready(DomainError):
    """This person is in the workspace."""

    message = _l("This person is a member already.")


class InvitationIsOver(DomainError):
    """The link is unknown, used, revoked or too old."""

    status = 410
    message = _l(
        "This invitation is no longer good. Please ask your colleague for a new one."
    )


class InvitationIsForSomebodyElse(DomainError):
    """The person signed in is not the one who was invited."""

    status = 403
    message = _l(
        "This invitation is for another address. Sign out, then open the link again."
    )


def invite(workspace: Workspace, email: str, role: Role, *, by: User) -> Invitation:
    """Ask somebody to join; an earlier invitation of the same address is replaced.

    :raises IsMemberAlready: when the address belongs to a member.
    """
    user = queries.find_user(email)
    if user and queries.find_membership(user, workspace.slug):
        raise IsMemberAlready
    for earlier in _pending(workspace, email):
        db.session.delete(earlier)
    invitation = Invitation(
        workspace_id=workspace.id, email=email, role=role, invited_by_id=by.id
    )
    db.session.add(invitation)
    _send(invitation, workspace, by=by)
    auditing.record(workspace, "member.invited", invitation, role=role)
    return invitation


def resend(workspace: Workspace, invitation_id: int, *, by: User) -> None:
    """Send a new link, and let the old one open nothing.

    :raises NotFound: when it was accepted or revoked meanwhile.
    """
    invitation = _find(workspace, invitation_id)
    _send(invitation, workspace, by=by)
    auditing.record(workspace, "member.invited_again", invitation)


def revoke(workspace: Workspace, invitation_id: int) -> None:
    """Take the invitation back.

    :raises NotFound: when it was accepted or revoked meanwhile.
    """
    invitation = _find(workspace, invitation_id)
    auditing.record(workspace, "member.invitation_revoked", invitation)
    db.session.delete(invitation)


def pending(workspace: Workspace) -> Sequence[Invitation]:
    """The invitations nobody has answered, the newest first; also those too old."""
    return db.session.scalars(
        select(Invitation)
        .where(
            Invitation.workspace_id == workspace.id, Invitation.accepted_at.is_(None)
        )
        .order_by(Invitation.id.desc())
    ).all()


def open_invitation(token: str) -> tuple[Invitation, Workspace]:
    """The invitation of this link, with its workspace.

    :raises InvitationIsOver: when the link opens nothing (any more).
    """
    invitation = db.session.scalar(
        select(Invitation)
        .where(
            Invitation.token_hash == tokens.fingerprint(token),
            Invitation.accepted_at.is_(None),
            Invitation.expires_at > clock.now(),
        )
        .with_for_update()
    )
    workspace = (
        db.session.get(Workspace, invitation.workspace_id) if invitation else None
    )
    if invitation is None or workspace is None:
        raise InvitationIsOver
    return invitation, workspace


def accept(invitation: Invitation, workspace: Workspace, user: User) -> None:
    """Let the invited person in.

    :raises InvitationIsForSomebodyElse: when the user has another address.
    """
    if user.email.casefold() != invitation.email.casefold():
        raise InvitationIsForSomebodyElse
    if queries.find_membership(user, workspace.slug) is None:
        db.session.add(
            Membership(workspace_id=workspace.id, user_id=user.id, role=invitation.role)
        )
    invitation.accepted_at = clock.now()
    auditing.record(workspace, "member.joined", user, by=user, role=invitation.role)


def _send(invitation: Invitation, workspace: Workspace, *, by: User) -> None:
    token = tokens.random_token()
    invitation.token_hash = tokens.fingerprint(token)
    invitation.expires_at = clock.now() + GOOD_FOR
    db.session.flush()
    events.publish(ColleagueInvited(invitation, workspace, by.name, token, by.locale))


def _find(workspace: Workspace, invitation_id: int) -> Invitation:
    invitation = db.session.get(Invitation, invitation_id)
    if (
        invitation is None
        or invitation.workspace_id != workspace.id
        or invitation.accepted_at
    ):
        raise NotFound
    return invitation


def _pending(workspace: Workspace, email: str) -> Sequence[Invitation]:
    return db.session.scalars(
        select(Invitation).where(
            Invitation.workspace_id == workspace.id,
            Invitation.accepted_at.is_(None),
            func.lower(Invitation.email) == email.lower(),
        )
    ).all()
