"""Stop all newsletters to an address by hand, or let them go again where only the mailbox failed."""

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.campaigns.models import Campaign
from webapp.contacts import queries
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.i18n import _l
from webapp.deliverability import suppression
from webapp.deliverability.models import Origin, Suppression, SuppressionReason
from webapp.subscriptions import subscribing
from webapp.subscriptions.subscribing import Leaving

REASONS = {
    SuppressionReason.UNSUBSCRIBED_FROM_ALL: _l("Left everything"),
    SuppressionReason.COMPLAINT: _l("Complained of spam"),
    SuppressionReason.HARD_BOUNCE: _l("The address does not exist"),
    SuppressionReason.SOFT_BOUNCES: _l("The inbox takes nothing any more"),
    SuppressionReason.ERASED: _l("Asked for erasure"),
    SuppressionReason.STAFF: _l("Entered by a colleague"),
    SuppressionReason.IMPORTED: _l("Brought from another tool"),
    SuppressionReason.MERGED: _l("Refused under another address of theirs"),
}
ORIGINS = {
    Origin.PERSON: _l("By the person"),
    Origin.STAFF: _l("By a colleague"),
    Origin.REPORT: _l("By a report of a mail server"),
    Origin.IMPORT: _l("From a file"),
}
# What a colleague may know of an address.
BY_HAND = {
    SuppressionReason.STAFF: _l("They asked us, by phone or by letter"),
    SuppressionReason.HARD_BOUNCE: _l("The address does not exist any more"),
}
# Why a colleague knows that a mailbox takes mail again.
GROUNDS = {
    "works_again": _l("The person told us that their inbox works again."),
    "provider_erred": _l("Their provider refused by mistake, and it is mended."),
    "entered_by_mistake": _l("It was imported or entered by mistake."),
}


def stop(workspace: Workspace, address: str, reason: SuppressionReason) -> None:
    """Suppress an address by hand; a contact who asked for it also leaves every list."""
    contact = queries.find_by_email(workspace, address)
    if contact and reason is SuppressionReason.STAFF:
        subscribing.leave_everything(contact, Leaving("staff"))
    else:
        suppression.suppress(workspace, address, reason, contact, origin=Origin.STAFF)
    auditing.record(workspace, "contact.suppressed", contact, reason=reason)


def lift(workspace: Workspace, address: str, why: str) -> None:
    """Let newsletters go to the address again; who did it, and why, is logged.

    :raises NotSuppressed: when nothing stands against the address.
    :raises OnlyThePersonMayLift: when the person refused our mail.
    """
    lifted = suppression.lift_by_hand(workspace, address)
    contact = db.session.get(Contact, lifted.contact_id) if lifted.contact_id else None
    auditing.record(
        workspace, "suppression.lifted", contact, reason=lifted.reason, why=why
    )


def is_refusal(found: Suppression | None) -> bool:
    """Whether it is somebody's will, which they alone undo."""
    return (
        found is not None
        and SuppressionReason(found.reason) in suppression.OF_THE_PERSON
    )


def campaign_of(found: Suppression | None) -> Campaign | None:
    """The campaign over which the address was suppressed, where it is known."""
    if found is None or found.campaign_id is None:
        return None
    return db.session.get(Campaign, found.campaign_id)
