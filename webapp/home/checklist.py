"""The first hour: what to do next, read from what is there."""

from dataclasses import dataclass
from typing import Any

from webapp.accounts.models import Workspace
from webapp.core.i18n import _l
from webapp.deliverability import choosing, domain_readiness
from webapp.home import queries


@dataclass(frozen=True)
class Step:
    """One thing to do, where to do it, and whether it is done."""

    title: Any
    text: Any
    action: Any
    endpoint: str
    done: bool


# Title, what it is for, the word of its button, and the page where it is done.
_WORDS = (
    (
        _l("Say who you are"),
        _l("Legal name, address and contact: every e-mail must show them."),
        _l("Complete the workspace"),
        "settings.workspace",
    ),
    (
        _l("Choose a sender and a mail server"),
        _l("Until then, mail is caught in the mailbox and reaches nobody."),
        _l("Set up sending"),
        "sending.index",
    ),
    (
        _l("Set up your sender domain"),
        _l("A few records in its DNS, by which mailboxes know your mail is yours."),
        _l("See the records"),
        "domains.index",
    ),
    (
        _l("Create your first list"),
        _l("A newsletter people can agree to, with the words they agree to."),
        _l("Create a list"),
        "lists.index",
    ),
    (
        _l("Publish a widget"),
        _l("A form for your site, by which people sign up."),
        _l("Make a widget"),
        "widgets.index",
    ),
    (
        _l("Get contacts"),
        _l("Through the widget, or added by hand: they confirm by e-mail."),
        _l("Add contacts"),
        "contacts.index",
    ),
    (
        _l("Send your first campaign"),
        _l("Start from a template, look at it, test it, send it."),
        _l("Write a campaign"),
        "campaigns.index",
    ),
)


def steps(workspace: Workspace) -> list[Step]:
    """The steps from an empty workspace to a first campaign, in their order."""
    done = (
        _has_identity(workspace),
        _can_send(workspace),
        _is_vouched_for(workspace),
        *_has(workspace),
    )
    return [Step(*words, one) for words, one in zip(_WORDS, done, strict=True)]


def _has(workspace: Workspace) -> tuple[bool, ...]:
    there = queries.progress(workspace)
    return (there.has_list, there.has_widget, there.has_contact, there.has_campaign)


def _can_send(workspace: Workspace) -> bool:
    return bool(workspace.sender_email) and not choosing.goes_to_mailbox(workspace)


def _is_vouched_for(workspace: Workspace) -> bool:
    return (
        _can_send(workspace)
        and domain_readiness.obstacle(workspace, workspace.sender_email) is None
    )


def _has_identity(workspace: Workspace) -> bool:
    needed = (
        workspace.legal_name,
        workspace.address,
        workspace.postcode,
        workspace.city,
        workspace.rights_email,
    )
    return all(needed)
