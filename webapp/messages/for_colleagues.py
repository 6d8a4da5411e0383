"""The mails to people who use the platform: an invitation, a forgotten password, an alarm."""

from webapp.accounts import queries
from webapp.accounts.events import ColleagueInvited, PasswordResetAsked
from webapp.accounts.models import Workspace
from webapp.consent.events import LedgerBroken
from webapp.core import installation
from webapp.core.db import db
from webapp.deliverability.events import SenderDomainFailed
from webapp.messages import posting
from webapp.messages.models import Kind


def write_invitation(fact: ColleagueInvited) -> None:
    """Send the link of an invitation."""
    posting.post(
        "invitation",
        to=fact.invitation.email,
        workspace=fact.workspace,
        locale=fact.locale,
        kind=Kind.SYSTEM,
        content={
            "url": installation.address(f"/invitation/{fact.token}"),
            "invited_by": fact.invited_by,
        },
    )


def write_password_reset(fact: PasswordResetAsked) -> None:
    """Send the link by which a user chooses a new password."""
    posting.post(
        "password_reset",
        to=fact.user.email,
        workspace=fact.workspace,
        locale=fact.user.locale,
        kind=Kind.SYSTEM,
        content={
            "url": installation.address(f"/new-password/{fact.token}"),
            "name": fact.user.name,
        },
    )


def write_ledger_alarm(fact: LedgerBroken) -> None:
    """Tell the owners that their ledger does not hold."""
    workspace = db.session.get_one(Workspace, fact.workspace_id)
    for owner in queries.owners(workspace):
        posting.post(
            "ledger_alarm",
            to=owner.email,
            workspace=workspace,
            locale=owner.locale,
            kind=Kind.SYSTEM,
            content={
                "url": installation.address(f"/w/{workspace.slug}/settings/ledger/"),
                "fault": fact.fault,
                "seq": fact.seq,
            },
        )


def write_domain_alarm(fact: SenderDomainFailed) -> None:
    """Tell the owners that campaigns wait for their domain."""
    workspace = db.session.get_one(Workspace, fact.workspace_id)
    page = f"/w/{workspace.slug}/settings/domains/{fact.domain_id}"
    for owner in queries.owners(workspace):
        posting.post(
            "domain_alarm",
            to=owner.email,
            workspace=workspace,
            locale=owner.locale,
            kind=Kind.SYSTEM,
            content={"url": installation.address(page), "domain": fact.domain},
        )
