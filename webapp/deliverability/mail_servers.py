"""The mail servers of a workspace: kept with their secrets encrypted, shown without."""

from dataclasses import dataclass, field

from sqlalchemy import select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.core.encryption import decrypt, encrypt
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.deliverability.models import MailServer
from webapp.deliverability.transports.smtp_server import (
    BadSmtpServer,
    Security,
    SmtpServer,
)


class ServerCannotBeUsed(DomainError):
    """These settings can never work, or would tell the password to the network."""

    status = 422
    message = _l(
        "This server cannot be used: check the host, and send no password without TLS."
    )


@dataclass(frozen=True)
class Terms:
    """What a person enters; an empty password keeps the one that is stored."""

    host: str
    port: int
    security: Security
    username: str = ""
    password: str = field(default="", repr=False)


def every(workspace: Workspace) -> list[MailServer]:
    """The workspace's own servers, those with the largest share first."""
    found = select(MailServer).where(MailServer.workspace_id == workspace.id)
    return list(
        db.session.scalars(found.order_by(MailServer.weight.desc(), MailServer.id))
    )


def find(workspace: Workspace) -> MailServer | None:
    """The workspace's own server, if it has one."""
    return next(iter(every(workspace)), None)


def keep(workspace: Workspace, terms: Terms) -> MailServer:
    """Use this server for the workspace from now on.

    A stored password goes on only to the server it was entered for, so that nobody can
    have it sent to a host of their own.

    :raises ServerCannotBeUsed: when no mail could be handed over on these terms.
    """
    account = find(workspace)
    password = _password(account, terms)
    try:
        SmtpServer(terms.host, terms.port, terms.security, terms.username, password)
    except BadSmtpServer as error:
        raise ServerCannotBeUsed from error
    if account is None:
        account = MailServer(workspace_id=workspace.id, name=terms.host[:100])
        db.session.add(account)
    account.host, account.port = terms.host, terms.port
    account.security, account.username = terms.security, terms.username
    account.secret_encrypted = encrypt(password) if password else ""
    account.updated_at = clock.now()
    auditing.record(workspace, "sending.changed", name=terms.host)
    return account


def remove(workspace: Workspace) -> None:
    """Go back to the way the installation sends."""
    account = find(workspace)
    if account:
        auditing.record(workspace, "sending.server_removed", name=account.host)
        db.session.delete(account)


def _password(account: MailServer | None, terms: Terms) -> str:
    if terms.password or not terms.username or account is None:
        return terms.password
    is_same = (account.host, account.username) == (terms.host, terms.username)
    stored = account.secret_encrypted
    return decrypt(stored) if is_same and stored else ""
