"""Who does not get a campaign, by name, and why: each with a sentence of the gate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webapp.campaigns import asking, audiences
from webapp.campaigns.models import Campaign
from webapp.consent import gate
from webapp.consent.gate import Reason
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _, _l
from webapp.core.pages import Page, keyset_page
from webapp.core.spreadsheets import as_csv

ROWS_AT_ONCE = 500


class DataIsRestricted(DomainError):
    """Their data is used for nothing, so it leaves in no file (GDPR article 18)."""

    message = _l("The data of these people is restricted: it leaves in no file.")


@dataclass(frozen=True)
class LeftOut:
    """A page of the people who are left out for one reason, with why for each by their number."""

    page: Page[Contact]
    why: dict[int, str]


def find(
    campaign: Campaign,
    reason: Reason,
    words: str,
    *,
    before: int | None,
    after: int | None,
) -> LeftOut:
    """The people with these words in their name or address, the newest contact first.

    :raises NotFound: for a reason that no such campaign has.
    :raises ListIsGone: when the campaign goes to no list.
    :raises RuleError: when its segment asks about something that is gone.
    """
    _check_known(campaign, reason)
    people = audiences.left_out(campaign, reason, words)
    page = keyset_page(people, Contact, before=before, after=after)
    return LeftOut(page, _why(campaign, reason, page.rows))


def lines(campaign: Campaign, reason: Reason) -> Iterator[str]:
    """All of them as CSV, read little by little."""
    people = audiences.left_out(campaign, reason).order_by(Contact.id)
    found = db.session.scalars(people.execution_options(yield_per=ROWS_AT_ONCE))
    heading = (_("E-mail"), _("First name"), _("Last name"), _("Why"))
    rows = (
        (one.email, one.first_name, one.last_name, why[one.id])
        for some in found.partitions()
        for why in [_why(campaign, reason, some)]
        for one in some
    )
    yield from as_csv(heading, rows)


def check_may_leave(reason: Reason) -> None:
    """Let no restricted data out.

    :raises DataIsRestricted: for those who are left out for that very reason.
    """
    if reason is Reason.RESTRICTED:
        raise DataIsRestricted


def _check_known(campaign: Campaign, reason: Reason) -> None:
    if reason in asking.REASONS and not campaign.asks_measuring:
        raise NotFound


def _why(
    campaign: Campaign, reason: Reason, people: Sequence[Contact]
) -> dict[int, str]:
    if reason in asking.REASONS:
        return {one.id: str(gate.WORDS[reason]) for one in people}
    explained = gate.explain_all(people, audiences.purpose_of(campaign))
    return {number: one.words for number, one in explained.items()}
