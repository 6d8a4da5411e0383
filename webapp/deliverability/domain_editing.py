"""Changes to the domains a workspace sends from, each of them logged."""

import re
from typing import Any

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.core.installation import settings
from webapp.deliverability import domain_keys, free_mail, sender_domains
from webapp.deliverability.models import KeyAlgorithm, SenderDomain

_DOMAIN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]"
)
# Below the domain, so that the two are aligned for DMARC.
RETURN_LABEL = "bounce"


# Each is looked up in the DNS, again and again.
MOST = 50


class NoDomainName(DomainError):
    """This is no domain in the public DNS."""

    status = 422
    message = _l("This is not a domain name, such as example.com.")


class NotYours(DomainError):
    """Nobody but a mailbox provider can publish anything for its domain."""

    status = 422
    message = _l(
        "Only its provider can sign for this domain. Use an address at a domain of your own."
    )


class DomainIsThere(DomainError):
    """The workspace has this domain already."""

    status = 422
    message = _l("This domain is there already.")


class TooManyDomains(DomainError):
    """Each is looked up in the DNS every day."""

    message = _l("A workspace can have at most %(most)d sender domains.", most=MOST)


class NotBelow(DomainError):
    """A host of a sender domain must stand below that domain."""

    status = 422
    message = _l("This must be a name below the domain.")


class KeyIsNeeded(DomainError):
    """A domain has always a key that signs."""

    message = _l(
        "This key signs your mail: make a new one, and publish its record first."
    )


class ReasonIsMissing(DomainError):
    """Whoever sends in spite of failed checks says why."""

    status = 422
    message = _l("Say why, for whoever asks later.")


def add(workspace: Workspace, name: str) -> SenderDomain:
    """Have the workspace send from a domain, with a key of its own.

    :raises NoDomainName: for anything else.
    :raises NotYours: for the domain of a mailbox provider.
    :raises DomainIsThere: when it is one of the workspace's already.
    :raises TooManyDomains: beyond fifty.
    """
    name = normalise(name)
    if name in free_mail.DOMAINS:
        raise NotYours
    known = sender_domains.every(workspace)
    if any(one.domain == name for one in known):
        raise DomainIsThere
    if len(known) >= MOST:
        raise TooManyDomains
    made = SenderDomain(
        workspace_id=workspace.id,
        domain=name,
        return_path_host=f"{RETURN_LABEL}.{name}" if settings().return_host else "",
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    domain_keys.make(made, KeyAlgorithm.RSA)
    auditing.record(workspace, "domain.added", made, name=name)
    return made


def change_hosts(domain: SenderDomain, *, return_path: str, tracking: str) -> None:
    """Give the domain names for returned mail and for links; empty for none.

    :raises NotBelow: for a name that is not below the domain.
    """
    domain.return_path_host = _below(domain, return_path)
    domain.tracking_host = _below(domain, tracking)
    _record(domain, "domain.hosts_changed")


def remove(domain: SenderDomain) -> None:
    """Forget a domain and its keys."""
    _record(domain, "domain.removed")
    db.session.delete(domain)


def override(domain: SenderDomain, reason: str, *, user_id: int | None) -> None:
    """Send from the domain although its checks fail: somebody answers for it, by name.

    :raises ReasonIsMissing: when they do not say why.
    """
    if not reason.strip():
        raise ReasonIsMissing
    domain.override_reason = reason.strip()
    domain.override_by_id, domain.override_at = user_id, clock.now()
    _record(domain, "domain.overridden", reason=reason.strip())


def withdraw_override(domain: SenderDomain) -> None:
    """Let the checks decide again."""
    domain.override_reason = ""
    domain.override_by_id = domain.override_at = None
    _record(domain, "domain.override_withdrawn")


def renew_key(domain: SenderDomain, algorithm: KeyAlgorithm) -> None:
    """Make a new key beside the one in use, which goes on until the DNS has the new one."""
    newest = domain_keys.newest(domain_keys.every(domain), algorithm)
    if newest and newest.seen_at is None:
        return
    domain_keys.make(domain, algorithm)
    _record(domain, "domain.key_made", algorithm=algorithm.value)


def remove_key(domain: SenderDomain, key_id: int) -> None:
    """Forget a key.

    :raises KeyIsNeeded: for the only RSA key that signs, or is to.
    :raises NotFound: when the domain has no such key.
    """
    keys = domain_keys.every(domain)
    key = next((one for one in keys if one.id == key_id), None)
    if key is None:
        raise NotFound
    if not domain_keys.can_go(keys, key):
        raise KeyIsNeeded
    db.session.delete(key)
    _record(domain, "domain.key_removed", algorithm=key.algorithm)


def normalise(name: str) -> str:
    """A domain as the DNS spells it, from what people paste: an address, a web page.

    :raises NoDomainName: when there is none in it.
    """
    name = name.strip().rpartition("@")[2]
    if "/" in name:
        name = name.partition("//")[2] or name
        name = name.partition("/")[0]
    name = sender_domains.ascii_name(name.strip(".")).removeprefix("www.")
    if len(name) > 253 or not _DOMAIN.fullmatch(name):
        raise NoDomainName
    return name


def _below(domain: SenderDomain, name: str) -> str:
    if not name.strip():
        return ""
    host = normalise(name)
    if not host.endswith(f".{domain.domain}"):
        raise NotBelow
    return host


def _record(domain: SenderDomain, action: str, **detail: str) -> None:
    workspace = db.session.get_one(Workspace, domain.workspace_id)
    told: dict[str, Any] = dict(detail)
    auditing.record(workspace, action, domain, name=domain.domain, **told)
