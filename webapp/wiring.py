"""Who reacts to what: every fact and its listeners, in one table."""

from collections.abc import Callable
from typing import Any

from webapp.accounts.events import (
    ColleagueInvited,
    PasswordResetAsked,
    WorkspaceCreated,
)
from webapp.campaigns import targeting
from webapp.consent import purposes
from webapp.consent.events import ConsentRecorded, LedgerBroken
from webapp.contacts.events import AddressEntered, ContactChanged, ContactsChanged
from webapp.core import events
from webapp.deliverability import suppression
from webapp.deliverability.events import MailServerChanged, SenderDomainFailed
from webapp.duplicates import automatic, online
from webapp.duplicates.events import DuplicatesFound
from webapp.incoming import former_addresses
from webapp.incoming.events import PolicyRefusal
from webapp.lanes import reopening
from webapp.messages import for_colleagues, last_opens, tracking
from webapp.purchases import withdrawing
from webapp.purchases.events import FiguresChanged
from webapp.reputation import alarms
from webapp.segments import changes as segment_changes
from webapp.segments.events import SegmentLeaving
from webapp.subscriptions.events import Disowned, Subscribed, WordsChanged
from webapp.widgets import entering, guarding, publishing, rewarding, sources

LISTENERS: dict[type, list[Callable[[Any], None]]] = {
    AddressEntered: [suppression.recognise, former_addresses.remember],
    WorkspaceCreated: [purposes.start],
    ColleagueInvited: [for_colleagues.write_invitation],
    PasswordResetAsked: [for_colleagues.write_password_reset],
    ContactChanged: [online.hear],
    ContactsChanged: [segment_changes.note_many],
    FiguresChanged: [segment_changes.note],
    SegmentLeaving: [targeting.let_go],
    Disowned: [guarding.count_disowned],
    Subscribed: [
        entering.count_confirmed,
        sources.count_confirmed,
        rewarding.keep_promise,
    ],
    WordsChanged: [publishing.renew],
    MailServerChanged: [reopening.open_again],
    PolicyRefusal: [alarms.hear],
    DuplicatesFound: [automatic.hear],
    SenderDomainFailed: [for_colleagues.write_domain_alarm],
    LedgerBroken: [for_colleagues.write_ledger_alarm],
    ConsentRecorded: [
        tracking.forget_when_withdrawn,
        last_opens.forget_when_said,
        withdrawing.forget_when_withdrawn,
        segment_changes.follow_refusal,
    ],
}


def init_app() -> None:
    """Connect the listeners; calling it twice connects them once."""
    for fact, listeners in LISTENERS.items():
        for listener in listeners:
            events.listen(fact, listener)
