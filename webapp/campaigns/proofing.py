"""Send a draft to a few addresses, to see it in a real mailbox."""

from datetime import timedelta

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.campaigns import finding, previewing
from webapp.campaigns.models import Campaign
from webapp.contacts.models import Contact
from webapp.core import addresses, clock
from webapp.core.errors import DomainError
from webapp.core.i18n import _, _l
from webapp.core.mail_templates import Words
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

    It asks no consent, since it says nothing to a customer; so it is counted and logged.

    :raises TooManyTests: when the hour is used up.
    """
    sent = finding.tests_since(workspace, clock.now() - timedelta(hours=1))
    if sent + len(to) > MOST_AN_HOUR:
        raise TooManyTests
    seen = previewing.seen_by(workspace, campaign, reader)
    subject = _("[TEST] %(subject)s", subject=seen.subject)
    for address in to:
        words = Words(subject=subject, text=seen.text, html=seen.html)
        posting.post_written(words, to=address, workspace=workspace)
    auditing.record(workspace, "campaign.tested", campaign, recipients=len(to))
