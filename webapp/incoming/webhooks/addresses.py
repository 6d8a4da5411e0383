"""The addresses mail services post to: made, found by what is posted, changed, removed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core import clock, installation, tokens
from webapp.core.db import db
from webapp.core.encryption import decrypt, encrypt
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.deliverability import mail_servers
from webapp.deliverability.models import MailServer
from webapp.incoming.models import WebhookAddress
from webapp.incoming.webhooks.kinds import Key
from webapp.incoming.webhooks.kinds.sendgrid import public_key
from webapp.incoming.webhooks.posted import Proof
from webapp.incoming.webhooks.services import SERVICES

# More than any shop has accounts; each is something that may write to us.
MOST = 20


class KeyCannotBeUsed(DomainError):
    """Nothing the service sends could ever be checked with this."""

    status = 422
    message = _l("This is not the key this service shows. Copy it again, as a whole.")


class TooManyAddresses(DomainError):
    """A workspace needs few of them."""

    message = _l("There are too many addresses. Remove one that is not used.")


@dataclass(frozen=True)
class Made:
    """A new address, told once: we keep no copy of the token in it."""

    address: WebhookAddress
    url: str = field(repr=False)


def make(workspace: Workspace, kind: str, mail_server_id: int | None = None) -> Made:
    """An address for a service to post to.

    :raises TooManyAddresses: when the workspace has enough of them.
    """
    if len(of(workspace)) >= MOST:
        raise TooManyAddresses
    token = tokens.random_token()
    address = WebhookAddress(
        workspace_id=workspace.id,
        kind=SERVICES[kind].source,
        mail_server_id=mail_server_id,
        token_hash=tokens.fingerprint(token),
        created_at=clock.now(),
    )
    db.session.add(address)
    db.session.flush()
    auditing.record(workspace, "webhook.created", address, name=kind)
    return Made(address, installation.address(f"/in/{kind}/{token}"))


def of(workspace: Workspace) -> Sequence[WebhookAddress]:
    """The addresses of a workspace, the oldest first."""
    return db.session.scalars(
        select(WebhookAddress)
        .where(WebhookAddress.workspace_id == workspace.id)
        .order_by(WebhookAddress.id)
    ).all()


def get(workspace: Workspace, number: int) -> WebhookAddress:
    """One address of a workspace.

    :raises NotFound: when it has no such one.
    """
    found = db.session.scalar(
        select(WebhookAddress).where(
            WebhookAddress.workspace_id == workspace.id, WebhookAddress.id == number
        )
    )
    if found is None:
        raise NotFound
    return found


def servers(workspace: Workspace) -> dict[int, MailServer]:
    """The mail servers of the workspace that a service we know runs, by their number."""
    return {
        server.id: server
        for server in mail_servers.every(workspace)
        if server.kind in SERVICES
    }


def silent_servers(workspace: Workspace) -> list[MailServer]:
    """Those whose service has no address yet to tell us by what became of the mail."""
    spoken_for = {address.kind for address in of(workspace)}
    return [
        server
        for server in servers(workspace).values()
        if server.kind not in spoken_for
    ]


def by_token(kind: str, token: str) -> WebhookAddress | None:
    """The address somebody posts to, if there is one."""
    return db.session.scalar(
        select(WebhookAddress).where(
            WebhookAddress.token_hash == tokens.fingerprint(token),
            WebhookAddress.kind == kind,
        )
    )


def proof(address: WebhookAddress) -> Proof:
    """What the service of an address is known by."""
    stored = address.key_encrypted
    return Proof(decrypt(stored) if stored else "", address.topic)


def change(workspace: Workspace, address: WebhookAddress, told: str) -> None:
    """Know the service by this key, password or topic from now on; by none, when it is empty.

    :raises KeyCannotBeUsed: when it can be none.
    """
    told = told.strip()
    kind = SERVICES[address.kind]
    if told and not _is_usable(kind.key, address.kind, told):
        raise KeyCannotBeUsed
    if kind.key is Key.TOPIC:
        address.topic = told
    else:
        address.key_encrypted = encrypt(told) if told else ""
    auditing.record(workspace, "webhook.changed", address, name=address.kind)


def remove(workspace: Workspace, address: WebhookAddress) -> None:
    """Hear nothing at this address from now on."""
    auditing.record(workspace, "webhook.removed", address, name=address.kind)
    db.session.delete(address)


def _is_usable(key: Key, kind: str, told: str) -> bool:
    if key is Key.TOPIC:
        return told.startswith("arn:") and len(told) <= WebhookAddress.topic.type.length
    if key is Key.PASSWORD:
        name, _, password = told.partition(":")
        return bool(name and password)
    if kind != "sendgrid":
        return told.isascii() and told.isprintable()
    try:
        public_key(told)
    except ValueError:
        return False
    return True
