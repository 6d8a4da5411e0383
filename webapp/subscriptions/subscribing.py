"""People come to lists and leave them."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from webapp.accounts import access
from webapp.accounts.models import Workspace
from webapp.consent import ledger
from webapp.consent.ledger import Evidence
from webapp.consent.models import ConsentState, Purpose, State
from webapp.contacts.models import Contact
from webapp.core import events
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.deliverability import suppression
from webapp.deliverability.models import Origin, SuppressionReason
from webapp.messages.models import Message
from webapp.subscriptions import agreeing, blocks, confirming
from webapp.subscriptions.agreeing import Asked, Wish
from webapp.subscriptions.events import Unsubscribed
from webapp.subscriptions.models import MailingList, OptIn


class MailIsBlocked(DomainError):
    """The owner of this address said that they never asked, and wants no sign-up mail."""

    message = _l(
        "The owner of this address said that they never asked to sign up here, and"
        " gets no e-mail about it for a year. They can still confirm from their own"
        " preferences page."
    )


@dataclass(frozen=True)
class Leaving:
    """How somebody leaves and, if they say so, why.

    Methods: "one_click", "unsubscribe_page", "preferences", "staff", "complaint",
    "mail_service".
    """

    method: str
    message_id: int | None = None
    reason: str = ""

    def evidence(self) -> Evidence:
        """As the ledger keeps it."""
        return Evidence(
            method=self.method,
            message_id=self.message_id,
            user_id=_colleague(self.method),
            detail={"reason": self.reason} if self.reason else {},
        )


def ask(
    mailing_list: MailingList,
    contact: Contact,
    *,
    asked: Asked,
    widget_version_id: int | None = None,
    locale: str | None = None,
) -> None:
    """Somebody wants to be on the list: at once, or once they confirm from their mailbox.

    Nothing tells the caller what was known of the address before: the answer to a form must
    not either. Whoever said no once comes back by their own confirmation alone.
    """
    if mailing_list.archived_at:
        return
    _mind_the_block(contact, asked)
    workspace = db.session.get_one(Workspace, mailing_list.workspace_id)
    wanted = agreeing.wishes(workspace, mailing_list, contact, asked)
    suppressed = suppression.is_suppressed(workspace, contact.email)
    if not suppressed and not any(wish.is_new for wish in wanted):
        return
    declined = suppressed or any(wish.was_declined for wish in wanted)
    if _counts_at_once(mailing_list, asked) and not declined:
        agreeing.give(
            mailing_list,
            contact,
            wanted,
            asked,
            method=asked.method,
            widget_version_id=widget_version_id,
        )
        return
    _note_that_it_waits(contact, wanted[0], asked, widget_version_id)
    # The list's own sentence may change before the person confirms.
    kept = replace(asked, text_id=wanted[0].text_id)
    said_in = locale or mailing_list.locale
    confirming.send(
        mailing_list, contact, kept, widget_version_id=widget_version_id, locale=said_in
    )


def join(
    workspace: Workspace, mailing_list: MailingList, contact: Contact, asked: Asked
) -> None:
    """Put somebody on the list who has just proven the address: with the link in one of our mails."""
    wanted = agreeing.wishes(workspace, mailing_list, contact, asked)
    agreeing.give(mailing_list, contact, wanted, asked, method=asked.method)


def leave(contact: Contact, mailing_list: MailingList, leaving: Leaving) -> None:
    """Take the person off this list and no other; asking twice changes nothing more."""
    confirming.expire(contact, mailing_list)
    purpose = db.session.get_one(Purpose, mailing_list.purpose_id)
    today = ledger.state_of(contact, purpose)
    if today is not None and today.state == State.WITHDRAWN:
        return
    ledger.record(contact, purpose, State.WITHDRAWN, leaving.evidence())
    _tell(contact, mailing_list, leaving)


def leave_everything(contact: Contact, leaving: Leaving) -> None:
    """Withdraw all that was agreed to, and never write to the address again."""
    workspace = db.session.get_one(Workspace, contact.workspace_id)
    confirming.expire(contact)
    for purpose in _agreed_or_waiting(contact):
        ledger.record(contact, purpose, State.WITHDRAWN, leaving.evidence())
        left = _list_of(purpose)
        if left is not None:
            _tell(contact, left, leaving)
    by_staff = leaving.method == "staff"
    suppression.suppress(
        workspace,
        contact.email,
        SuppressionReason.STAFF
        if by_staff
        else SuppressionReason.UNSUBSCRIBED_FROM_ALL,
        contact,
        origin=Origin.STAFF if by_staff else Origin.PERSON,
        campaign_id=_campaign(leaving.message_id),
    )


def _mind_the_block(contact: Contact, asked: Asked) -> None:
    """The person's own page proves the mailbox; a colleague is told why no mail would leave.

    :raises MailIsBlocked: where a colleague asks for somebody who wants to be asked nothing.
    """
    if asked.method == "preferences":
        blocks.lift(contact.workspace_id, contact.email)
    if asked.method == "staff" and blocks.is_blocked(
        contact.workspace_id, contact.email
    ):
        raise MailIsBlocked


def _counts_at_once(mailing_list: MailingList, asked: Asked) -> bool:
    # What a colleague says of somebody else is no proof: the person confirms it.
    # And a parent is written to only for a child whose own mailbox said yes.
    if asked.method == "staff" or asked.is_for_a_child:
        return False
    return mailing_list.opt_in == OptIn.SINGLE


def _note_that_it_waits(
    contact: Contact, wish: Wish, asked: Asked, widget_version_id: int | None
) -> None:
    """Only where nothing was said before: a request of anybody's changes no answer of hers."""
    if wish.state is not None:
        return
    evidence = Evidence(
        method=asked.method,
        text_id=wish.text_id,
        widget_version_id=widget_version_id,
        user_id=_colleague(asked.method),
        detail=asked.detail,
    )
    ledger.record(contact, wish.purpose, State.PENDING, evidence)


def _agreed_or_waiting(contact: Contact) -> list[Purpose]:
    return list(
        db.session.scalars(
            select(Purpose)
            .join(ConsentState, ConsentState.purpose_id == Purpose.id)
            .where(
                ConsentState.contact_id == contact.id,
                ConsentState.state.in_((State.GIVEN, State.PENDING)),
            )
            .order_by(Purpose.id)
        )
    )


def _list_of(purpose: Purpose) -> MailingList | None:
    return db.session.scalar(
        select(MailingList).where(MailingList.purpose_id == purpose.id)
    )


def _tell(contact: Contact, mailing_list: MailingList, leaving: Leaving) -> None:
    events.publish(
        Unsubscribed(
            workspace_id=contact.workspace_id,
            mailing_list_id=mailing_list.id,
            contact_id=contact.id,
            message_id=leaving.message_id,
        )
    )


def _colleague(method: str) -> int | None:
    return access.current_user_id() if method == "staff" else None


def _campaign(message_id: int | None) -> int | None:
    """The campaign of the message by which somebody leaves, if it is one."""
    if message_id is None:
        return None
    return db.session.scalar(
        select(Message.campaign_id).where(Message.id == message_id)
    )
