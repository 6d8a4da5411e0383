"""What came back about the messages to one person, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.i18n import _l
from webapp.deliverability.classifying import Category
from webapp.incoming.models import MessageReport
from webapp.incoming.reports import Kind

SHOWN = 20

CATEGORIES: dict[str, Any] = {
    Category.INVALID_RECIPIENT: _l("The address does not exist"),
    Category.BAD_DOMAIN: _l("The domain of the address takes no mail"),
    Category.INACTIVE_MAILBOX: _l("The inbox is no longer used"),
    Category.MAILBOX_FULL: _l("The inbox is full"),
    Category.POLICY: _l("Their provider refuses mail such as ours"),
    Category.REPUTATION: _l("Their provider mistrusts where our mail comes from"),
    Category.THROTTLED: _l("Their provider had too much of our mail"),
    Category.TEMPORARY: _l("Their server could not take the message"),
    Category.EXPIRED: _l("The message could not be delivered in time"),
    Category.PROTOCOL: _l("Their server and ours did not understand each other"),
    Category.MESSAGE_REFUSED: _l("Their provider refused this message"),
    Category.UNKNOWN: _l("The message came back"),
}
KINDS: dict[str, Any] = {
    Kind.COMPLAINT: _l("Reported a message as spam"),
    Kind.UNSUBSCRIBE: _l("Unsubscribed at their mail provider"),
    Kind.DELAYED: _l("A message was delayed"),
}


@dataclass(frozen=True)
class CameBack:
    """One thing that came back, and its sentence."""

    report: MessageReport
    sentence: str

    @property
    def is_grave(self) -> bool:
        """Whether mail stops because of it."""
        about_person = Category(self.report.category or "unknown").is_about_person
        return self.report.kind == Kind.COMPLAINT or about_person


def of(contact: Contact) -> Sequence[CameBack]:
    """What came back of the messages to this person, newest first."""
    reports = db.session.scalars(
        select(MessageReport)
        .where(MessageReport.contact_id == contact.id)
        .order_by(MessageReport.at.desc(), MessageReport.id.desc())
        .limit(SHOWN)
    )
    return [told(report) for report in reports]


def told(report: MessageReport) -> CameBack:
    """One report with its sentence."""
    return CameBack(report, _sentence(report))


def _sentence(report: MessageReport) -> str:
    if report.kind == Kind.BOUNCE:
        return str(CATEGORIES.get(report.category, CATEGORIES[Category.UNKNOWN]))
    return str(KINDS.get(report.kind, report.kind))
