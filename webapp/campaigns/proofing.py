"""Send a draft to a few addresses, to see it in a real mailbox."""

from datetime import timedelta

from webapp.accounts import auditing, members
from webapp.accounts.models import Workspace
from webapp.campaigns import audiences, finding, previewing
from webapp.campaigns.models import Campaign
from webapp.consent import gate
from webapp.consent.gate import Reason
from webapp.consent.models import Purpose
from webapp.contacts import queries as contacts
from webapp.contacts.models import Contact
from webapp.core import addresses, clock
from webapp.core.errors import DomainError
from webapp.core.i18n import _, _l
from webapp.core.mail_templates import Words
from webapp.deliverability import suppression
from webapp.messages import posting

MOST_ADDRESSES = 5
# Enough for an afternoon of corrections, too few to be a newsletter.
MOST_AN_HOUR = 50


class TooManyAddresses(DomainError):
    """A test goes to a handful of people."""

    status = 422
    message = _l("A test goes to at most %(most)d addresses.", most=MOST_ADDRESSES)


class TooManyTests(DomainError):
    """The workspace sent as many tests as it may within an hour."""

    status = 429
    message = _l("Too many tests in one hour: try again later.")


class NotToBeWrittenTo(DomainError):
    """A test is a message too: it goes to nobody who must not get one."""

    status = 422

    def __init__(self, address: str, why: object) -> None:
        super().__init__()
        self.message = _l(
            "No test was sent: we may not write to %(address)s (%(why)s).",
            address=address,
            why=why,
        )


def recipients(typed: str) -> list[str]:
    """The addresses in what was typed, each once.

    :raises AddressIsNotValid: for what is none.
    :raises TooManyAddresses: for more than a handful, or none.
    """
    words = typed.replace(",", " ").replace(";", " ").split()
    found = list(dict.fromkeys(addresses.normalise(word) for word in words))
    if not 1 <= len(found) <= MOST_ADDRESSES:
        raise TooManyAddresses
    return found


def send(
    workspace: Workspace, campaign: Campaign, to: list[str], reader: Contact | None
) -> None:
    """Send the draft as one reader would see it, marked as a test and without measuring.

    It is for colleagues and for who helps them, so it is counted and logged; a contact gets it
    only where the gate would let the campaign through, now and when it leaves.

    :raises TooManyTests: when the hour is used up.
    :raises NotToBeWrittenTo: for a contact, or a suppressed address, that the gate stops.
    """
    purpose = audiences.purpose_of(campaign)
    chosen = [_checked(workspace, purpose, address) for address in to]
    sent = finding.tests_since(workspace, clock.now() - timedelta(hours=1))
    if sent + len(to) > MOST_AN_HOUR:
        raise TooManyTests
    seen = previewing.seen_by(workspace, campaign, reader)
    subject = _("[TEST] %(subject)s", subject=seen.subject)
    words = Words(subject=subject, text=seen.text, html=seen.html)
    for one in chosen:
        posting.post_written(words, to=one, workspace=workspace, about=purpose)
    auditing.record(workspace, "campaign.tested", campaign, recipients=len(to))


def _checked(workspace: Workspace, purpose: Purpose, address: str) -> Contact | str:
    """The contact with this address, or the address of a colleague or of somebody unknown."""
    if members.is_one(workspace, address):
        return address
    contact = contacts.find_by_email(workspace, address)
    if contact is None:
        if suppression.is_suppressed(workspace, address):
            raise NotToBeWrittenTo(address, gate.WORDS[Reason.SUPPRESSED])
        return address
    answer = gate.explain(contact, purpose)
    if not answer.allowed:
        raise NotToBeWrittenTo(address, answer.words)
    return contact
