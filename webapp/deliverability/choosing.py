"""Which mail servers a workspace's mail goes through."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from webapp.accounts import queries
from webapp.accounts.models import User, Workspace
from webapp.core.encryption import SecretIsUnreadable
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.core.installation import settings
from webapp.deliverability import mail_servers
from webapp.deliverability.models import MailServer
from webapp.deliverability.transports import kinds
from webapp.deliverability.transports.kinds import Server
from webapp.deliverability.transports.smtp_server import Security, SmtpServer


class NoMailServer(DomainError):
    """There is nowhere this workspace's mail may go."""

    message = _l("There is no mail server for this workspace.")


class EveryServerIsOff(NoMailServer):
    """The workspace has mail servers, and none that mail may go by until one is switched on."""

    message = _l("Every mail server of this workspace is off.")


class NoWayForPictures(NoMailServer):
    """No server of the workspace takes messages with pictures within."""

    message = _l(
        "No mail server of yours takes pictures inside a message: show them from our host, "
        "or add the SMTP server of your provider."
    )


@dataclass(frozen=True)
class Way:
    """A server that mail may go through, and its share beside the others.

    `server_id` is None for the installation's own and for the built-in mailbox. A way
    of weight 0 stands in when the others cannot.
    """

    server_id: int | None
    server: Server
    weight: int = 100


def ways(workspace: Workspace, *, with_pictures: bool = False) -> list[Way]:
    """The workspace's own servers, else the installation's, else the built-in mailbox.

    Never empty; those with the largest share come first.

    :param with_pictures: only those that take messages with pictures within.
    :raises EveryServerIsOff: when the workspace's own servers cannot be used now.
    :raises NoWayForPictures: when none of those that can takes them.
    :raises NoMailServer: for a demo workspace, whose mail leaves no machine, without
        a mailbox.
    """
    if workspace.is_demo:
        return [Way(None, _mailbox())]
    servers = mail_servers.every(workspace)
    if servers:
        return _fitting(_own(servers), with_pictures=with_pictures)
    if settings().smtp_url:
        return [Way(None, SmtpServer.from_url(settings().smtp_url))]
    return [Way(None, _mailbox())]


def server_for(workspace: Workspace) -> Server:
    """The first of the ways, for who needs one.

    :raises NoMailServer: when there is none.
    """
    return ways(workspace)[0].server


def server_to_try(workspace: Workspace, server: MailServer) -> Server:
    """How a test reaches a server; from a demo workspace, the mailbox in its place.

    :raises NoMailServer: for a demo workspace without a mailbox.
    :raises SecretIsUnreadable: when the key of the installation has changed.
    """
    return _mailbox() if workspace.is_demo else mail_servers.settings_of(server)


def relays(workspace: Workspace) -> list[str]:
    """The hosts that mail is handed to by SMTP; none where it has nowhere to go."""
    try:
        servers = [way.server for way in ways(workspace)]
    except NoMailServer:
        return []
    return [server.host for server in servers if isinstance(server, SmtpServer)]


def shares(
    ways: Sequence[Way], closed: Collection[int | None] = ()
) -> dict[int | None, Fraction]:
    """The part of the mail that each way gets while some are closed: together one.

    Those of weight 0 share alike what comes when no other is open. Empty when none is.
    """
    are_open = [way for way in ways if way.server_id not in closed]
    total = sum(way.weight for way in are_open)
    if total:
        return {way.server_id: Fraction(way.weight, total) for way in are_open}
    return {way.server_id: Fraction(1, len(are_open)) for way in are_open}


def shares_now(workspace: Workspace) -> dict[int | None, Fraction]:
    """The part of the mail that each server of a workspace gets while all of them work."""
    try:
        return shares(ways(workspace))
    except NoMailServer:
        return {}


def pick(
    ways: Sequence[Way], closed: Collection[int | None] = (), *, at: float
) -> Way | None:
    """The way for the next mail, each as often as its share; None when all are closed.

    `at` is drawn from 0 to below 1: over all of them, each way has its share exactly.
    """
    parts = shares(ways, closed)
    reached = Fraction(0)
    for way in ways:
        reached += parts.get(way.server_id, Fraction(0))
        if at < reached:
            return way
    return None


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
    found = [way for one in servers if one.is_active and (way := _way(one))]
    if not found:
        raise EveryServerIsOff
    return found


def _fitting(found: list[Way], *, with_pictures: bool) -> list[Way]:
    if not with_pictures:
        return found
    fitting = [way for way in found if kinds.carries_pictures(way.server)]
    if not fitting:
        raise NoWayForPictures
    return fitting


def _way(server: MailServer) -> Way | None:
    """A server whose secret was stored with another key is no way; the others are."""
    try:
        return Way(server.id, mail_servers.settings_of(server), server.weight)
    except SecretIsUnreadable:
        return None


def _mailbox() -> SmtpServer:
    if not settings().builtin_mailbox:
        raise NoMailServer
    return SmtpServer("127.0.0.1", settings().mailbox_port, Security.NONE)
