"""The domains a workspace sends from: who may sign for an address, where its mail comes back."""

import idna
from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.core import addresses
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.deliverability import domain_keys, mail_servers
from webapp.deliverability.dkim import Signer
from webapp.deliverability.domain_checks import findings
from webapp.deliverability.domain_checks.findings import Level, Subject
from webapp.deliverability.models import DomainHealth, SenderDomain, ServerKind


def every(workspace: Workspace) -> list[SenderDomain]:
    """The workspace's domains, by name."""
    found = select(SenderDomain).where(SenderDomain.workspace_id == workspace.id)
    return list(db.session.scalars(found.order_by(SenderDomain.domain)))


def get(workspace: Workspace, domain_id: int) -> SenderDomain:
    """One of the workspace's domains.

    :raises NotFound: when it is another's, or nobody's.
    """
    found = db.session.get(SenderDomain, domain_id)
    if found is None or found.workspace_id != workspace.id:
        raise NotFound
    return found


def find_for(workspace: Workspace, address: str) -> SenderDomain | None:
    """The domain an address is at or below: the nearest, which relaxed alignment allows to sign."""
    name = ascii_name(addresses.domain(address))
    holding = [
        one
        for one in every(workspace)
        if name == one.domain or name.endswith(f".{one.domain}")
    ]
    return max(holding, key=lambda one: len(one.domain), default=None)


def may_send(domain: SenderDomain) -> bool:
    """Whether campaigns may leave: its checks passed, or an owner answers for it."""
    return domain.health in {DomainHealth.GREEN, DomainHealth.AMBER} or bool(
        domain.override_at
    )


def signs_here(workspace: Workspace) -> bool:
    """Whether any of the mail leaves with our signature.

    Providers spoken with by their interface rewrite messages and sign for themselves.
    """
    servers = [one for one in mail_servers.every(workspace) if one.is_active]
    return not servers or any(one.kind == ServerKind.SMTP for one in servers)


def signer_for(workspace: Workspace, from_address: str) -> Signer | None:
    """Who signs mail from this address; None where nobody can, or the mail server does."""
    domain = find_for(workspace, from_address)
    if domain is None or not signs_here(workspace):
        return None
    keys = domain_keys.in_use(
        domain_keys.every(domain), unseen=bool(domain.override_at)
    )
    if not keys or not all(map(domain_keys.is_readable, keys)):
        return None
    return Signer(domain.domain, tuple(map(domain_keys.signing_key, keys)))


def return_path_host(workspace: Workspace, from_address: str) -> str | None:
    """Where mail from this address comes back with its VERP address; None: to the sender."""
    domain = find_for(workspace, from_address)
    if domain is None or not is_good(domain, Subject.RETURN_PATH):
        return None
    return domain.return_path_host or None


def tracking_host(workspace: Workspace, from_address: str) -> str | None:
    """Where the links of mail from this address lead; None: to the installation's own name."""
    domain = find_for(workspace, from_address)
    if domain is None or not is_good(domain, Subject.TRACKING):
        return None
    return domain.tracking_host or None


def is_tracking_host(host: str) -> bool:
    """Whether the links of some workspace's mail lead, or are to lead, to this host."""
    named = select(SenderDomain.id).where(SenderDomain.tracking_host == host)
    return db.session.scalar(named.limit(1)) is not None


def is_good(domain: SenderDomain, subject: Subject) -> bool:
    """Whether the last check found nothing against this."""
    levels = {
        one.level for one in findings.read(domain.checks) if one.subject == subject
    }
    return levels == {Level.GOOD}


def ascii_name(name: str) -> str:
    """The name as the DNS spells it."""
    try:
        return idna.encode(name, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return name.lower()
