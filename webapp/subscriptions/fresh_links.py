"""The two kinds of links to a person's own page: from any mail, and fresh from their mailbox.

Mail is forwarded. A link of a newsletter never ends and lets its holder leave; only a link
that was mailed lately, on request, shows who the person is and lets them have more.
"""

from dataclasses import dataclass
from datetime import timedelta

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core import clock, installation
from webapp.messages import addressing, ending_links, posting, queries
from webapp.messages.mail_tokens import Kind
from webapp.messages.models import Kind as MessageKind
from webapp.subscriptions import capping, describing

VALID = timedelta(days=1)
MOST_AN_HOUR = 3
MOST_A_DAY = 10


@dataclass(frozen=True)
class Opened:
    """What a link opens: whose page, and whether it came from the person's mailbox lately."""

    workspace: Workspace
    contact: Contact
    is_fresh: bool
    # It was fresh once.
    is_over: bool = False


def read(token: str) -> Opened | None:
    """What this link opens; None for one we did not make, or whose person is known no more."""
    fresh = addressing.tokens().read(token, Kind.FRESH)
    ids = fresh or addressing.tokens().read(token, Kind.PREFERENCES)
    reader = describing.reader(*ids[:2]) if ids else None
    if reader is None or reader.contact is None:
        return None
    is_fresh = fresh is not None and _is_fresh(fresh, reader.contact)
    return Opened(
        reader.workspace,
        reader.contact,
        is_fresh=is_fresh,
        is_over=fresh is not None and not is_fresh,
    )


def url(contact: Contact, valid: timedelta = VALID) -> str:
    """A link good for a day, or as long as is said: only ever for the mailbox of the contact."""
    ending = ending_links.ids(clock.now() + valid, contact.email)
    ids = (contact.workspace_id, contact.id, *ending)
    token = addressing.tokens().sign(Kind.FRESH, *ids)
    return installation.address(f"/p/{token}")


def send(workspace: Workspace, contact: Contact) -> None:
    """Mail the person a fresh link, unless they got enough of them lately; nobody learns which."""
    capping.one_at_a_time(capping.mark(contact.email))
    if _had_enough(contact):
        return
    posting.post(
        "fresh_link",
        to=contact,
        workspace=workspace,
        locale=contact.language,
        kind=MessageKind.SERVICE,
        content={"url": url(contact)},
    )


def _is_fresh(ids: tuple[int, ...], contact: Contact) -> bool:
    """Not over, and mailed to the address the contact still has."""
    _workspace, _contact, minute, mark = ids
    return ending_links.is_open((minute, mark), contact.email)


def _had_enough(contact: Contact) -> bool:
    def sent(since: timedelta) -> int:
        return queries.count_written_to(contact.id, MessageKind.SERVICE, since)

    return (
        sent(timedelta(hours=1)) >= MOST_AN_HOUR
        or sent(timedelta(days=1)) >= MOST_A_DAY
    )
