"""Make two contacts of one again: everything as it was, but for what happened since.

What came in since the merge stays with the survivor; what was refused since, both refuse.
"""

from datetime import timedelta

from sqlalchemy import or_, select, update

from webapp.accounts import auditing
from webapp.accounts.models import User, Workspace
from webapp.contacts import queries
from webapp.contacts.aliases import ContactAlias
from webapp.contacts.events import ContactsChanged
from webapp.contacts.models import Contact
from webapp.core import clock, events
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.deliverability import suppression
from webapp.deliverability.models import Suppression
from webapp.duplicates import refusals, replaying
from webapp.duplicates.models import MergeEvent

SOURCE = "merge_undone"
# So long a merge can be undone; then what it takes is deleted.
KEPT = timedelta(days=365)


class MergeIsUndone(DomainError):
    """It was undone before."""

    message = _l("This merge was undone already.")


class MergeIsForGood(DomainError):
    """What it takes to undo it was deleted on its day."""

    message = _l("A merge can be undone for a year.")


class LaterMergeComesFirst(DomainError):
    """The survivor was merged again since: what was done last is undone first."""

    message = _l(
        "This contact was merged again since then. Undo the later merge first, then"
        " this one."
    )


class AddressIsInUse(DomainError):
    """A contact that came since has the address of the one that would come back."""

    message = _l(
        "Somebody signed up again with the address of the absorbed contact, which can"
        " therefore not come back. Merge that contact into this one as well, or give"
        " it another address."
    )


def get(workspace: Workspace, event_id: int) -> MergeEvent:
    """The merge with this number.

    :raises NotFound: also for a merge of another workspace.
    """
    found = find(workspace, event_id)
    if found is None:
        raise NotFound
    return found


def find(workspace: Workspace, event_id: int) -> MergeEvent | None:
    """The merge with this number, if the workspace has it."""
    return db.session.scalar(
        select(MergeEvent).where(
            MergeEvent.workspace_id == workspace.id, MergeEvent.id == event_id
        )
    )


def later(event: MergeEvent) -> MergeEvent | None:
    """The merge that must be undone before this one, if there is one."""
    return db.session.scalar(
        select(MergeEvent)
        .where(
            MergeEvent.id > event.id,
            MergeEvent.undone_at.is_(None),
            or_(
                MergeEvent.survivor_id == event.survivor_id,
                MergeEvent.absorbed_id == event.survivor_id,
            ),
        )
        .order_by(MergeEvent.id.desc())
        .limit(1)
    )


def is_for_good(event: MergeEvent) -> bool:
    """Whether it is too long ago to be undone."""
    return event.at <= clock.now() - KEPT


def let_go() -> None:
    """Forget what the old merges were made of (GDPR article 5(1)(e)), and make them for good.

    What the absorbed contact's address was measured by goes too, unless the survivor agrees.
    """
    old = select(MergeEvent).where(
        MergeEvent.at <= clock.now() - KEPT, MergeEvent.journal != []
    )
    for event in db.session.scalars(old.order_by(MergeEvent.id)):
        event.journal = []
        refusals.forget_unmeasured(db.session.get_one(Contact, event.contact_id))


def undo(event: MergeEvent, by: User | None = None) -> Contact:
    """Bring the absorbed contact back, and give both what was theirs; the one that came back.

    :raises MergeIsUndone: when it was undone before.
    :raises MergeIsForGood: when it is too long ago.
    :raises LaterMergeComesFirst: when the survivor was merged again since.
    :raises AddressIsInUse: when another contact has the absorbed one's address by now.
    """
    workspace = db.session.get_one(Workspace, event.workspace_id)
    survivor = _hold(workspace, event)
    replaying.backwards(event.journal)
    db.session.expire_all()
    absorbed = db.session.get_one(Contact, event.absorbed_id)
    if any(step["table"] == "carried_refusal" for step in event.journal):
        refusals.stand_anew(survivor)
    _recognise(workspace, absorbed)
    refusals.keep_later_ones(workspace, event, survivor, absorbed)
    absorbed.restricted_at = survivor.restricted_at
    survivor.updated_at = absorbed.updated_at = clock.now()
    event.undone_at, event.undone_by = clock.now(), by.id if by else None
    # It tells of two people again: neither's story stays with the other.
    event.journal = []
    auditing.record(
        workspace, "contacts.merge_undone", survivor, by=by, absorbed=absorbed.id
    )
    events.publish(ContactsChanged(workspace.id, SOURCE))
    db.session.flush()
    return absorbed


def _hold(workspace: Workspace, event: MergeEvent) -> Contact:
    """The survivor, whom nobody else writes to until the commit."""
    db.session.flush()
    db.session.refresh(event, with_for_update=True)
    if event.undone_at is not None:
        raise MergeIsUndone
    if is_for_good(event):
        raise MergeIsForGood
    if later(event) is not None:
        raise LaterMergeComesFirst
    alias = db.session.get_one(ContactAlias, event.absorbed_id)
    if queries.find_by_email(workspace, alias.email) is not None:
        raise AddressIsInUse
    return db.session.get_one(
        Contact, event.survivor_id, with_for_update=True, populate_existing=True
    )


def _recognise(workspace: Workspace, absorbed: Contact) -> None:
    """Whatever stands against the address stands against the contact that has it again."""
    db.session.execute(
        update(Suppression)
        .where(
            Suppression.workspace_id == workspace.id,
            Suppression.address_hash == suppression.mark(absorbed.email),
        )
        .values(contact_id=absorbed.id)
        .execution_options(synchronize_session=False)
    )
