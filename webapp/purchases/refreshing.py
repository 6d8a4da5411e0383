"""The figures of those to whom something happened, every few seconds."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from sqlalchemy import BigInteger, Row, Select, delete, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from webapp.accounts.models import Workspace
from webapp.contacts.events import ContactsChanged
from webapp.core import clock, events
from webapp.core.db import db
from webapp.purchases import (
    customer_rules,
    figures,
    jobs,
    keeping,
    locking,
    rebuilding,
)
from webapp.purchases.events import FiguresChanged
from webapp.purchases.models import CustomerRules, StatsDue

# In one transaction; the rest follows in the next.
MOST_MARKS = 500
MOST_PEOPLE = 20_000
# From so many on, working everybody out at once is quicker.
REBUILD_FROM = 200_000
# In seconds: how long after the last mail of a campaign, and at most after its first one.
MAIL_IS_OVER = 30
MAIL_WAITS = 600


def refresh() -> None:
    """Work the figures out anew of those whose mark waits; more of them follow at once."""
    for number in _waiting_workspaces():
        workspace = db.session.get(Workspace, number)
        if workspace is None:
            _forget(number)
        elif locking.lock(number):
            _refresh(workspace)
    for number in _switched():
        jobs.rebuild.enqueue(workspace_id=number)


def catch_up(workspace: Workspace) -> None:
    """Work out everybody whose mark waits, mails included: somebody decides on the figures now."""
    locking.wait(workspace.id)
    marks = select(StatsDue.id).where(StatsDue.workspace_id == workspace.id)
    people = _take(list(db.session.scalars(marks)))
    if len(people) > REBUILD_FROM:
        rebuilding.rebuild(workspace)
    elif people:
        _work_out(workspace, people)


def _waiting_workspaces() -> Sequence[int]:
    """Where something happened, or a campaign is over or has been leaving for long."""
    others = select(StatsDue.workspace_id).where(~StatsDue.is_mail)
    return db.session.scalars(
        others.union(select(_with_ripe_mail().subquery().c.workspace_id))
    ).all()


def _with_ripe_mail() -> Select[int]:
    # A mail changes one figure; working out each as it leaves would cost more than sending it.
    return (
        select(StatsDue.workspace_id)
        .where(StatsDue.is_mail)
        .group_by(StatsDue.workspace_id)
        .having(
            or_(
                func.max(StatsDue.at) < clock.ago(seconds=MAIL_IS_OVER),
                func.min(StatsDue.at) < clock.ago(seconds=MAIL_WAITS),
            )
        )
    )


def _refresh(workspace: Workspace) -> None:
    waiting = _waiting(workspace)
    if sum(mark.people for mark in waiting) > REBUILD_FROM:
        rebuilding.rebuild(workspace)
        events.publish(ContactsChanged(workspace.id, "figures"))
        return
    taken = _first(waiting)
    people = _take([mark.id for mark in taken])
    now, later = people[:MOST_PEOPLE], people[MOST_PEOPLE:]
    for start in range(0, len(later), MOST_PEOPLE):
        some = later[start : start + MOST_PEOPLE]
        db.session.add(StatsDue(workspace_id=workspace.id, contact_ids=some))
    _work_out(workspace, now)
    if later or len(taken) < len(waiting):
        jobs.refresh.enqueue()


def _waiting(workspace: Workspace) -> Sequence[Row[Any]]:
    """The marks of a workspace, oldest first, and how many people each names."""
    asked = (
        select(StatsDue.id, func.cardinality(StatsDue.contact_ids).label("people"))
        .where(
            StatsDue.workspace_id == workspace.id,
            or_(~StatsDue.is_mail, StatsDue.workspace_id.in_(_with_ripe_mail())),
        )
        .order_by(StatsDue.id)
        .limit(MOST_MARKS)
    )
    return db.session.execute(asked).all()


def _first(waiting: Sequence[Row[Any]]) -> list[Row[Any]]:
    """As many as name few enough people together; the first one in any case."""
    sums = accumulate(mark.people for mark in waiting)
    fitting = [
        mark
        for mark, people in zip(waiting, sums, strict=True)
        if people <= MOST_PEOPLE
    ]
    return fitting or list(waiting[:1])


def _take(marks: list[int]) -> list[int]:
    """Take marks away, with the people they name."""
    taken = (
        delete(StatsDue)
        .where(StatsDue.id.in_(marks))
        .returning(StatsDue.contact_ids)
        .execution_options(synchronize_session=False)
    )
    return sorted({one for mark in db.session.scalars(taken) for one in mark})


def _work_out(workspace: Workspace, people: list[int]) -> None:
    rules = customer_rules.of(workspace)
    whose = literal(people, ARRAY(BigInteger))
    worked_out = figures.of(workspace, rules, whose).cte("worked_out")
    keeping.write(workspace, rules, worked_out)
    events.publish(FiguresChanged(workspace.id, tuple(people)))


def _forget(workspace_id: int) -> None:
    db.session.execute(delete(StatsDue).where(StatsDue.workspace_id == workspace_id))


def _switched() -> Sequence[int]:
    """Workspaces that switched measuring since their figures were rebuilt."""
    asked = (
        select(Workspace.id)
        .join(CustomerRules, CustomerRules.workspace_id == Workspace.id)
        .where(
            CustomerRules.rebuilt_at.is_not(None),
            or_(
                CustomerRules.counts_opens != Workspace.measures_opens,
                CustomerRules.counts_clicks != Workspace.measures_clicks,
            ),
        )
    )
    return db.session.scalars(asked).all()
