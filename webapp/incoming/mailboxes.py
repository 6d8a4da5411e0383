"""The mailbox of a workspace that what comes back arrives in: kept with its password encrypted."""

import ipaddress
from dataclasses import dataclass, field

from sqlalchemy import select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.core.encryption import decrypt, encrypt
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.deliverability.transports.smtp_server import Security
from webapp.incoming.imap import Account, Trouble
from webapp.incoming.models import ReturnMailbox

TROUBLES = {
    Trouble.UNREACHABLE: _l(
        "The server does not answer. Check its name and its port, or try later."
    ),
    Trouble.NOT_SECURE: _l(
        "The server cannot prove that it is the one you named, so nothing was told to it."
        " Check its name, and how the connection is protected."
    ),
    Trouble.REFUSED: _l(
        "The server refuses the user or the password. Some providers want a password"
        " made for applications."
    ),
    Trouble.NO_FOLDER: _l("There is no such folder in the inbox."),
    Trouble.BROKEN: _l("The connection broke on the way. It is tried again by itself."),
    Trouble.KEY: _l("The password was stored with another key. Please enter it again."),
}


class PasswordInClear(DomainError):
    """Without TLS, everybody on the way would read the password."""

    status = 422
    message = _l("Without TLS, the password would travel for everybody to read.")


class PasswordIsMissing(DomainError):
    """Another mailbox, or none before: its password is not known."""

    status = 422
    message = _l("Enter the password of this inbox.")


class NoMailbox(DomainError):
    """There is nothing to read or to remove."""

    status = 404
    message = _l("There is no inbox here.")


@dataclass(frozen=True)
class Terms:
    """What a person enters; an empty password keeps the one that is stored."""

    host: str
    port: int
    security: Security
    username: str
    folder: str = "INBOX"
    password: str = field(default="", repr=False)


def find(workspace: Workspace) -> ReturnMailbox | None:
    """The mailbox of the workspace, if it has one."""
    return db.session.scalar(
        select(ReturnMailbox).where(ReturnMailbox.workspace_id == workspace.id)
    )


def get(workspace: Workspace) -> ReturnMailbox:
    """The mailbox of the workspace.

    :raises NoMailbox: when it has none.
    """
    found = find(workspace)
    if found is None:
        raise NoMailbox
    return found


def save(workspace: Workspace, terms: Terms) -> ReturnMailbox:
    """Read this mailbox from now on.

    :raises PasswordInClear: without TLS to another machine.
    :raises PasswordIsMissing: for another server or user than before.
    """
    if terms.security is Security.NONE and not _is_here(terms.host):
        raise PasswordInClear
    mailbox = find(workspace)
    is_same = mailbox is not None and _is_same(mailbox, terms)
    if not terms.password and not is_same:
        raise PasswordIsMissing
    if mailbox is None:
        mailbox = ReturnMailbox(workspace_id=workspace.id)
        db.session.add(mailbox)
    if not is_same or mailbox.folder != terms.folder:
        mailbox.uid_validity, mailbox.last_uid, mailbox.fetched_at = None, 0, None
    _write(mailbox, terms)
    db.session.flush()
    auditing.record(workspace, "return_mailbox.saved", mailbox, name=terms.host)
    return mailbox


def remove(workspace: Workspace) -> None:
    """Forget the mailbox and its password; what was taken from it stays.

    :raises NoMailbox: when there is none.
    """
    mailbox = get(workspace)
    auditing.record(workspace, "return_mailbox.removed", mailbox, name=mailbox.host)
    db.session.delete(mailbox)


def account(mailbox: ReturnMailbox) -> Account:
    """How to sign in to it.

    :raises SecretIsUnreadable: when the key of the installation has changed.
    """
    return Account(
        mailbox.host,
        mailbox.port,
        Security(mailbox.security),
        mailbox.username,
        decrypt(mailbox.password_encrypted),
        mailbox.folder,
    )


def _write(mailbox: ReturnMailbox, terms: Terms) -> None:
    mailbox.host, mailbox.port = terms.host, terms.port
    mailbox.security, mailbox.username = terms.security, terms.username
    mailbox.folder = terms.folder
    if terms.password:
        mailbox.password_encrypted = encrypt(terms.password)
    mailbox.is_active = True
    mailbox.trouble, mailbox.trouble_since = "", None
    mailbox.updated_at = clock.now()


def _is_same(mailbox: ReturnMailbox, terms: Terms) -> bool:
    """Only to the same server goes the password that was entered for it."""
    before = (mailbox.host, mailbox.port, mailbox.security, mailbox.username)
    return before == (terms.host, terms.port, terms.security, terms.username)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
