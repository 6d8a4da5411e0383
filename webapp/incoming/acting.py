"""What follows from a report: for the message, for the person, for us."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.campaigns import claiming
from webapp.campaigns.models import Campaign
from webapp.contacts import queries as contacts
from webapp.contacts.models import Contact
from webapp.core import clock, events
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.classifying import Category, classify
from webapp.deliverability.models import Origin, SuppressionReason
from webapp.deliverability.transports import Outcome, Result, Stage
from webapp.incoming import bouncing, tallies
from webapp.incoming.bouncing import Refusal, refused
from webapp.incoming.events import PolicyRefusal
from webapp.incoming.models import MessageReport
from webapp.incoming.reports import Kind, Report
from webapp.incoming.tallies import What
from webapp.lanes import hearing
from webapp.messages.models import Message, Status
from webapp.subscriptions import subscribing
from webapp.subscriptions.models import MailingList
from webapp.subscriptions.subscribing import Leaving

__all__ = ["Refusal", "act", "refused"]

# How the ledger says that somebody left by a word to their mail provider.
COMPLAINT, BY_PROVIDER = "complaint", "mail_service"
_LEFT = (Status.SENT, Status.UNCERTAIN, Status.BOUNCED, Status.SENDING)


class StillLeaving(Exception):
    """A report is faster than the note that the server took the message: it comes in a moment."""


def act(
    report: Report, workspace: Workspace | None, *, event_id: int | None = None
) -> None:
    """Have what was reported take effect; hearing it twice, or late, changes nothing more.

    `workspace` is the one whose source proved who it is: it speaks of its own messages
    alone. Without one, the signed token in the report says whose message it is.

    :raises StillLeaving: when nobody has written down yet what became of the message.
    """
    if report.kind in _COUNTED:
        tallies.add(_COUNTED[report.kind])
        return
    message = _message(report, workspace) or _last_message_to(report, workspace)
    if message is None:
        tallies.add(What.FORGED)
        return
    if report.kind is Kind.BOUNCE:
        _bounced(report, message, event_id, is_proven=workspace is not None)
    else:
        _FOLLOWS[report.kind](report, message, event_id)


def _bounced(
    report: Report, message: Message, event_id: int | None, *, is_proven: bool
) -> None:
    if claiming.is_in_flight(message):
        raise StillLeaving
    category = category_of(report, message.provider)
    known = bouncing.refused(
        [
            Refusal(
                message.id,
                category,
                report.code,
                report.enhanced,
                report.text,
                report.at,
                event_id,
            )
        ]
    )
    if known:
        hearing.came_back(
            message.mail_server_id,
            message.provider,
            _outcome(report),
            is_proven=is_proven,
        )
    if known and category.is_about_us:
        events.publish(
            PolicyRefusal(
                message.workspace_id, message.id, message.provider, report.text
            )
        )


def _outcome(report: Report) -> Outcome:
    """The refusal as the lane hears it."""
    return Outcome(
        0,
        Result.REFUSED,
        report.code,
        report.enhanced,
        report.text,
        Stage.RECIPIENT,
    )


def category_of(report: Report, provider: str) -> Category:
    """What a bounce is about; one that failed for good after days of trying has expired."""
    found = classify(report.code, report.enhanced, report.text, provider)
    return Category.EXPIRED if found is Category.TEMPORARY else found


def _arrived(report: Report, message: Message, event_id: int | None) -> None:
    """A server has it: that is all that was in doubt. Nothing else is undone by it.

    A delivery is what we believed already; services tell it of each of a million messages.
    """
    if report.kind is Kind.DELAYED:
        _note(report, message, event_id)
    if message.status == Status.UNCERTAIN:
        message.status, message.reason = Status.SENT, ""
        message.finished_at = message.finished_at or clock.now()


def _complained(report: Report, message: Message, event_id: int | None) -> None:
    """As good as a withdrawal, and nothing is sent to say so."""
    if not _note(report, message, event_id):
        return
    contact = db.session.get(Contact, message.contact_id or 0)
    if contact is None:
        return
    _leave(message, contact, COMPLAINT)
    suppression.suppress(
        db.session.get_one(Workspace, contact.workspace_id),
        contact.email,
        SuppressionReason.COMPLAINT,
        contact,
        origin=Origin.REPORT,
        campaign_id=message.campaign_id,
    )


def _unsubscribed(report: Report, message: Message, event_id: int | None) -> None:
    contact = db.session.get(Contact, message.contact_id or 0)
    if _note(report, message, event_id) and contact is not None:
        _leave(message, contact, BY_PROVIDER)


def _leave(message: Message, contact: Contact, method: str) -> None:
    """Off the list of that message, and no other."""
    mailing_list = db.session.scalar(
        select(MailingList)
        .join(Campaign, Campaign.mailing_list_id == MailingList.id)
        .where(Campaign.id == message.campaign_id)
    )
    if mailing_list is not None:
        subscribing.leave(contact, mailing_list, Leaving(method, message.id))


_FOLLOWS: dict[Kind, Callable[[Report, Message, int | None], None]] = {
    Kind.COMPLAINT: _complained,
    Kind.UNSUBSCRIBE: _unsubscribed,
    Kind.DELIVERED: _arrived,
    Kind.DELAYED: _arrived,
}
_COUNTED = {Kind.AUTO_REPLY: What.AUTO_REPLY, Kind.UNKNOWN: What.UNKNOWN}


def _message(report: Report, workspace: Workspace | None) -> Message | None:
    """The message it is about, locked; of the workspace that tells it, if one does."""
    if report.message is None:
        return None
    whose = [Message.workspace_id == workspace.id] if workspace else []
    return db.session.scalars(
        select(Message)
        .where(Message.id == report.message, *whose)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _last_message_to(report: Report, workspace: Workspace | None) -> Message | None:
    """A service that proved who it is may name the person alone: the last message is meant."""
    if workspace is None or not report.address or report.message is not None:
        return None
    contact = contacts.find_by_email(workspace, report.address)
    if contact is None:
        return None
    return db.session.scalars(
        select(Message)
        .where(Message.contact_id == contact.id, Message.status.in_(_LEFT))
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _note(report: Report, message: Message, event_id: int | None) -> bool:
    """Write it down for the pages; False when this was known of the message."""
    return bool(
        db.session.scalar(
            insert(MessageReport)
            .values(
                workspace_id=message.workspace_id,
                message_id=message.id,
                contact_id=message.contact_id,
                event_id=event_id,
                kind=report.kind,
                category="",
                code=report.code,
                enhanced=report.enhanced,
                text=report.text,
                at=_moment(report.at),
            )
            .on_conflict_do_nothing(index_elements=["message_id", "kind"])
            .returning(MessageReport.id)
        )
    )


def _moment(at: datetime | None) -> datetime:
    """No clock of somebody else's puts anything into the future."""
    return min(at or clock.now(), clock.now())
