"""Which mail servers a workspace's mail goes through."""

from dataclasses import dataclass

from webapp.accounts import queries
from webapp.accounts.models import User, Workspace
from webapp.core.encryption import decrypt
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.core.installation import settings
from webapp.deliverability import mail_servers
from webapp.deliverability.models import MailServer
from webapp.deliverability.transports.smtp_server import Security, SmtpServer


class NoMailServer(DomainError):
    """There is nowhere this workspace's mail may go."""

    message = _l("There is no mail server for this workspace.")


@dataclass(frozen=True)
class Way:
    """A server that mail may go through, and its share beside the others.

    `server_id` is None for the installation's own and for the built-in mailbox. A way
    of weight 0 stands in when the others cannot.
    """

    server_id: int | None
    server: SmtpServer
    weight: int = 100


def ways(workspace: Workspace) -> list[Way]:
    """The workspace's own servers, else the installation's, else the built-in mailbox.

    Never empty; those with the largest share come first.

    :raises NoMailServer: when all servers of the workspace are switched off, and for a
        demo workspace, whose mail leaves no machine, without a mailbox.
    """
    if workspace.is_demo:
        return [Way(None, _mailbox())]
    servers = mail_servers.every(workspace)
    if servers:
        return _own(servers)
    if settings().smtp_url:
        return [Way(None, SmtpServer.from_url(settings().smtp_url))]
    return [Way(None, _mailbox())]


def server_for(workspace: Workspace) -> SmtpServer:
    """The first of the ways, for who needs one.

    :raises NoMailServer: when there is none.
    """
    return ways(workspace)[0].server


def has_mailbox(workspace: Workspace) -> bool:
    """Whether mail may be found in the built-in mailbox."""
    return settings().builtin_mailbox or workspace.is_demo


def opens_mailbox(workspace: Workspace, user: User) -> bool:
    """Whether a person who may change the settings reads the mail that was caught.

    It is the mail of all workspaces, with links that open accounts: owning a demo shop,
    where mail reaches nobody, is not enough.
    """
    if not has_mailbox(workspace):
        return False
    return not workspace.is_demo or queries.owns_a_shop(user)


def goes_to_mailbox(workspace: Workspace) -> bool:
    """Whether the workspace's mail is caught here and reaches nobody."""
    if workspace.is_demo:
        return True
    return not mail_servers.every(workspace) and settings().builtin_mailbox


def _own(servers: list[MailServer]) -> list[Way]:
    found = [Way(one.id, _server(one), one.weight) for one in servers if one.is_active]
    if not found:
        raise NoMailServer
    return found


def _server(server: MailServer) -> SmtpServer:
    stored = server.secret_encrypted
    return SmtpServer(
        host=server.host,
        port=server.port,
        security=Security(server.security),
        username=server.username,
        password=decrypt(stored) if stored else "",
    )


def _mailbox() -> SmtpServer:
    if not settings().builtin_mailbox:
        raise NoMailServer
    return SmtpServer("127.0.0.1", settings().mailbox_port, Security.NONE)
