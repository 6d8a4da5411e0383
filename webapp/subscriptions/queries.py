"""Questions about lists: who is on them, who waits, who left, how they grow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from webapp.accounts.models import Workspace
from webapp.consent.models import ConsentEvent, ConsentState, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.subscriptions import address_changes
from webapp.subscriptions.models import MailingList

GROWTH_WEEKS = 12


@dataclass(frozen=True)
class Figures:
    """How many people stand where with a list."""

    on_it: int = 0
    waiting: int = 0
    left: int = 0


@dataclass(frozen=True)
class Week:
    """Who came and who left in one week, named by its Monday."""

    monday: date
    came: int
    left: int


@dataclass(frozen=True)
class Place:
    """Where one contact stands with one list."""

    mailing_list: MailingList
    state: State
    since: datetime
    method: str


def get_list(workspace: Workspace, list_id: int) -> MailingList:
    """The list with this number.

    :raises NotFound: also for a list of another workspace.
    """
    found = find_list(workspace, list_id)
    if found is None:
        raise NotFound
    return found


def find_list(workspace: Workspace, list_id: int) -> MailingList | None:
    """The list with this number, if the workspace has it."""
    return db.session.scalar(
        select(MailingList).where(
            MailingList.workspace_id == workspace.id, MailingList.id == list_id
        )
    )


def active(workspace: Workspace) -> list[MailingList]:
    """The lists in use, by name."""
    return [found for found in every(workspace) if found.archived_at is None]


def every(workspace: Workspace) -> list[MailingList]:
    """All lists, those in use first, by name."""
    return list(
        db.session.scalars(
            select(MailingList)
            .where(MailingList.workspace_id == workspace.id)
            .order_by(MailingList.archived_at.is_not(None), MailingList.name)
        )
    )


def figures(lists: Iterable[MailingList]) -> dict[int, Figures]:
    """The figures of each list by its number, in one reading of the index."""
    by_purpose = {found.purpose_id: found.id for found in lists}
    rows = db.session.execute(
        select(ConsentState.purpose_id, ConsentState.state, func.count())
        .where(ConsentState.purpose_id.in_(by_purpose))
        .group_by(ConsentState.purpose_id, ConsentState.state)
    )
    counted: dict[int, dict[str, int]] = {}
    for purpose_id, state, number in rows:
        counted.setdefault(by_purpose[purpose_id], {})[state] = number
    return {
        list_id: Figures(
            on_it=counted.get(list_id, {}).get(State.GIVEN, 0),
            waiting=counted.get(list_id, {}).get(State.PENDING, 0),
            left=counted.get(list_id, {}).get(State.WITHDRAWN, 0),
        )
        for list_id in by_purpose.values()
    }


def growth(workspace: Workspace, lists: Iterable[MailingList]) -> list[Week]:
    """Who came to these lists and left in each of the last twelve weeks, the oldest first."""
    this_monday = clock.now().date() - timedelta(days=clock.now().weekday())
    first = this_monday - timedelta(weeks=GROWTH_WEEKS - 1)
    week = func.date_trunc("week", func.timezone("UTC", ConsentEvent.at))
    rows = db.session.execute(
        select(week, ConsentEvent.state, func.count())
        .where(
            ConsentEvent.workspace_id == workspace.id,
            ConsentEvent.purpose_id.in_([found.purpose_id for found in lists]),
            ConsentEvent.at >= first,
            ConsentEvent.state.in_((State.GIVEN, State.WITHDRAWN)),
            # Whoever moves to another address neither comes nor leaves.
            ConsentEvent.method.not_in(address_changes.METHODS),
        )
        .group_by(week, ConsentEvent.state)
    )
    counted = {(monday.date(), state): number for monday, state, number in rows}
    mondays = [first + timedelta(weeks=number) for number in range(GROWTH_WEEKS)]
    return [
        Week(
            monday,
            came=counted.get((monday, State.GIVEN), 0),
            left=counted.get((monday, State.WITHDRAWN), 0),
        )
        for monday in mondays
    ]


def people(
    query: Select[Contact], mailing_list: MailingList, state: State
) -> Select[Contact]:
    """Those among the contacts who stand so with the list."""
    return query.join(
        ConsentState,
        (ConsentState.contact_id == Contact.id)
        & (ConsentState.purpose_id == mailing_list.purpose_id)
        & (ConsentState.state == state),
    )


def never_confirmed(workspace: Workspace) -> Select[int]:
    """The contacts who were asked to confirm, and said yes or no to nothing."""
    said = aliased(ConsentState)
    return (
        select(ConsentState.contact_id)
        .where(
            ConsentState.state == State.PENDING,
            ConsentState.purpose_id.in_(
                select(MailingList.purpose_id).where(
                    MailingList.workspace_id == workspace.id
                )
            ),
            ~exists().where(
                said.contact_id == ConsentState.contact_id, said.state != State.PENDING
            ),
        )
        .distinct()
    )


def places(workspace: Workspace, contact: Contact) -> list[Place]:
    """Where the contact stands with each list they ever had to do with, by name."""
    rows = db.session.execute(
        select(MailingList, ConsentState)
        .join(ConsentState, ConsentState.purpose_id == MailingList.purpose_id)
        .where(
            MailingList.workspace_id == workspace.id,
            ConsentState.contact_id == contact.id,
        )
        .order_by(MailingList.name)
    )
    return [
        Place(found, State(today.state), today.since, today.method)
        for found, today in rows
    ]


def is_on_any(contact: Contact) -> bool:
    """Whether the person is on a list, whichever."""
    on_it = exists().where(
        ConsentState.contact_id == contact.id,
        ConsentState.state == State.GIVEN,
        ConsentState.purpose_id == MailingList.purpose_id,
    )
    return bool(db.session.scalar(select(on_it)))
