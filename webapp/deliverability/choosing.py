"""Which mail server a workspace's mail goes through."""

from webapp.accounts import queries
from webapp.accounts.models import User, Workspace
from webapp.core.encryption import decrypt
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.core.installation import settings
from webapp.deliverability import smtp_accounts
from webapp.deliverability.models import SmtpAccount
from webapp.deliverability.transports.smtp_server import Security, SmtpServer


class NoMailServer(DomainError):
    """There is nowhere this workspace's mail may go."""

    message = _l("There is no mail server for this workspace.")


def server_for(workspace: Workspace) -> SmtpServer:
    """The workspace's own server, else the installation's, else the built-in mailbox.

    :raises NoMailServer: for a demo workspace, whose mail leaves no machine, without
        a mailbox.
    """
    if workspace.is_demo:
        return _mailbox()
    account = smtp_accounts.find(workspace)
    if account:
        return _own(account)
    if settings().smtp_url:
        return SmtpServer.from_url(settings().smtp_url)
    return _mailbox()


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
    return smtp_accounts.find(workspace) is None and settings().builtin_mailbox


def _own(account: SmtpAccount) -> SmtpServer:
    stored = account.password_encrypted
    return SmtpServer(
        host=account.host,
        port=account.port,
        security=Security(account.security),
        username=account.username,
        password=decrypt(stored) if stored else "",
    )


def _mailbox() -> SmtpServer:
    if not settings().builtin_mailbox:
        raise NoMailServer
    return SmtpServer("127.0.0.1", settings().mailbox_port, Security.NONE)
