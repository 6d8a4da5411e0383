"""What happens to workspaces and their people, for those who listen."""

from dataclasses import dataclass

from webapp.accounts.models import Invitation, User, Workspace


@dataclass(frozen=True)
class WorkspaceCreated:
    """There is a new data controller."""

    workspace: Workspace


@dataclass(frozen=True)
class ColleagueInvited:
    """Somebody is to get a mail with this secret token; the database has its hash alone."""

    invitation: Invitation
    workspace: Workspace
    invited_by: str
    token: str
    locale: str


@dataclass(frozen=True)
class PasswordResetAsked:
    """A user is to get a mail with this signed token."""

    user: User
    workspace: Workspace
    token: str
