"""Whether a campaign may leave with this sender's address, and if not, why, in plain words."""

from typing import Any

from webapp.accounts.models import Workspace
from webapp.core import addresses
from webapp.core.i18n import _l
from webapp.deliverability import choosing, free_mail, mail_hosts, sender_domains
from webapp.deliverability.models import DomainHealth


def obstacle(workspace: Workspace, from_address: str) -> Any | None:
    """What keeps campaigns from leaving; None when nothing does.

    Mail that is caught in the built-in mailbox reaches nobody: any address will do.
    """
    if choosing.goes_to_mailbox(workspace):
        return None
    if free_mail.is_one(from_address):
        return _free_mail_obstacle(workspace, from_address)
    domain = sender_domains.find_for(workspace, from_address)
    name = addresses.domain(from_address)
    if domain is None:
        return _l(
            "The sender’s domain %(domain)s is not among your sender domains: add it in the "
            "settings.",
            domain=name,
        )
    if sender_domains.may_send(domain):
        return None
    if domain.health == DomainHealth.RED:
        return _l(
            "The sender domain %(domain)s is not set up: its page says what is missing.",
            domain=domain.domain,
        )
    return _l(
        "The sender domain %(domain)s was not checked yet: have it checked on its page.",
        domain=domain.domain,
    )


def _free_mail_obstacle(workspace: Workspace, from_address: str) -> Any | None:
    hosts = mail_hosts.of(workspace)
    if hosts and all(free_mail.sends_for(one.host, from_address) for one in hosts):
        return None
    return _l(
        "Mail from %(domain)s may leave by its own servers alone: receivers refuse it from "
        "anywhere else. Take an address at a domain of yours as the sender.",
        domain=addresses.domain(from_address),
    )
