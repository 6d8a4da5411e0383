"""The mail servers of a workspace: kept with their secrets encrypted, shown without."""

from dataclasses import dataclass, field

from sqlalchemy import select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core import clock, events
from webapp.core.db import db
from webapp.core.encryption import decrypt, encrypt
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.deliverability.events import MailServerChanged
from webapp.deliverability.models import MailServer, ServerKind
from webapp.deliverability.transports import kinds
from webapp.deliverability.transports.api_server import ApiServer, BadApiServer
from webapp.deliverability.transports.kinds import Server
from webapp.deliverability.transports.smtp_server import (
    BadSmtpServer,
    Security,
    SmtpServer,
)

_FIELDS = {"account": "username"}
# A workspace with more of them has lost the view.
MOST = 20


class ServerCannotBeUsed(DomainError):
    """These settings can never work, or would tell the secret to the network."""

    status = 422
    message = _l(
        "This server cannot be used: check the host, and send no password without TLS."
    )


class AccountCannotBeUsed(ServerCannotBeUsed):
    """The provider could not know this account: something is missing or mistyped."""

    message = _l("This is missing, or is not what the provider shows.")

    def __init__(self, about: str) -> None:
        """Name what is wrong, as `Terms` calls it."""
        super().__init__()
        self.about = _FIELDS.get(about, about)


class TooManyServers(DomainError):
    """The workspace has as many mail servers as anybody can follow."""

    status = 422
    message = _l("There are too many mail servers: remove one first.")


@dataclass(frozen=True)
class Terms:
    """What a person enters; an empty secret keeps the one that is stored.

    `host`, `port` and `security` are of SMTP, `region` and `channel` of the others; what
    `username` and `channel` are for each kind: see `ApiServer`.
    """

    host: str = ""
    port: int = 0
    security: Security = Security.STARTTLS
    username: str = ""
    secret: str = field(default="", repr=False)
    kind: ServerKind = ServerKind.SMTP
    name: str = ""
    region: str = ""
    channel: str = ""
    weight: int = 100

    @property
    def destination(self) -> tuple[str, ...]:
        """Whom the secret is for: to nobody else it goes."""
        return (self.kind, self.host, self.username, self.region)


def every(workspace: Workspace) -> list[MailServer]:
    """The workspace's own servers, those with the largest share first."""
    found = select(MailServer).where(MailServer.workspace_id == workspace.id)
    return list(
        db.session.scalars(found.order_by(MailServer.weight.desc(), MailServer.id))
    )


def get(workspace: Workspace, server_id: int) -> MailServer:
    """One server of the workspace.

    :raises NotFound: when it is another's, or nobody's.
    """
    found = db.session.get(MailServer, server_id)
    if found is None or found.workspace_id != workspace.id:
        raise NotFound
    return found


def add(workspace: Workspace, terms: Terms) -> MailServer:
    """Hand mail to this server too, from now on.

    :raises ServerCannotBeUsed: when no mail could be handed over on these terms.
    :raises TooManyServers: when there are many already.
    """
    _check(terms, terms.secret)
    if len(every(workspace)) >= MOST:
        raise TooManyServers
    server = MailServer(workspace_id=workspace.id, kind=terms.kind, is_active=True)
    _write(server, terms, terms.secret)
    db.session.add(server)
    db.session.flush()
    auditing.record(workspace, "sending.server_added", server)
    return server


def change(workspace: Workspace, server: MailServer, terms: Terms) -> None:
    """Hand mail over on these terms from now on.

    A stored secret goes on only to whom it was entered for, so that nobody can have it
    sent to a host of their own.

    :raises ServerCannotBeUsed: when no mail could be handed over on these terms.
    """
    secret = terms.secret or _kept(server, terms)
    _check(terms, secret)
    _write(server, terms, secret)
    auditing.record(workspace, "sending.server_changed", server)
    events.publish(MailServerChanged(server.id))


def switch(workspace: Workspace, server: MailServer, *, on: bool) -> None:
    """Let mail go by this server, or leave it alone and keep its settings."""
    if server.is_active == on:
        return
    server.is_active, server.updated_at = on, clock.now()
    action = "sending.server_switched_on" if on else "sending.server_switched_off"
    auditing.record(workspace, action, server)
    if on:
        events.publish(MailServerChanged(server.id))


def remove(workspace: Workspace, server: MailServer) -> None:
    """Forget a server and its secret."""
    auditing.record(workspace, "sending.server_removed", server)
    db.session.delete(server)


def terms_of(server: MailServer) -> Terms:
    """What was entered, without the secret."""
    return Terms(
        host=server.host,
        port=server.port,
        security=Security(server.security),
        username=server.username,
        kind=ServerKind(server.kind),
        name=server.name,
        region=server.options.get("region", ""),
        channel=server.options.get("channel", ""),
        weight=server.weight,
    )


def settings_of(server: MailServer) -> Server:
    """How to reach a server, secret included.

    :raises SecretIsUnreadable: when the key of the installation has changed.
    """
    stored = server.secret_encrypted
    return _settings(terms_of(server), decrypt(stored) if stored else "")


def _settings(terms: Terms, secret: str) -> Server:
    if terms.kind is ServerKind.SMTP:
        return SmtpServer(
            terms.host, terms.port, terms.security, terms.username, secret
        )
    return ApiServer(terms.kind, secret, terms.username, terms.region, terms.channel)


def _check(terms: Terms, secret: str) -> None:
    try:
        found = _settings(terms, secret)
        if isinstance(found, ApiServer):
            kinds.check(found)
    except BadSmtpServer as error:
        raise ServerCannotBeUsed from error
    except BadApiServer as error:
        raise AccountCannotBeUsed(error.about) from error


def _kept(server: MailServer, terms: Terms) -> str:
    is_same = terms_of(server).destination == terms.destination
    stored = server.secret_encrypted
    return decrypt(stored) if is_same and stored and _wants_secret(terms) else ""


def _wants_secret(terms: Terms) -> bool:
    return terms.kind is not ServerKind.SMTP or bool(terms.username)


def _write(server: MailServer, terms: Terms, secret: str) -> None:
    is_smtp = terms.kind is ServerKind.SMTP
    options = {"region": terms.region, "channel": terms.channel}
    server.name = terms.name or terms.host
    server.host, server.port = terms.host, terms.port
    server.security, server.username = terms.security, terms.username
    server.secret_encrypted = encrypt(secret) if secret else ""
    server.options = {} if is_smtp else options
    server.weight, server.updated_at = terms.weight, clock.now()
