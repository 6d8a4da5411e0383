"""How many of those who may be written to agreed to be measured, refused, or were never asked."""

from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select, union
from sqlalchemy.orm import aliased

from webapp.accounts.models import Workspace
from webapp.campaigns import asking
from webapp.consent import gate, purposes
from webapp.consent.models import ConsentState, Purpose, State
from webapp.contacts import counting
from webapp.contacts.counting import Counted
from webapp.core.db import db
from webapp.messages import last_opens
from webapp.subscriptions import queries as lists

# Months without an open, for those whose last day is kept.
IDLE = (6, 12, 24)
_NO = (State.REFUSED, State.WITHDRAWN)


def figures(workspace: Workspace, *, now: bool) -> Counted | None:
    """The figures as they are, or as they were counted last; `now` counts, however long that takes."""
    active = [one.purpose_id for one in lists.active(workspace)]
    return counting.figures(
        workspace,
        ("measuring", 0),
        (active, workspace.keeps_last_open, IDLE),
        lambda: _count(workspace, active),
        now=now,
    )


def _count(workspace: Workspace, active: list[int]) -> dict[str, Any]:
    idle = {
        str(count): last_opens.count_idle(workspace, count)
        for count in IDLE
        if workspace.keeps_last_open
    }
    if not active:
        nobody = dict.fromkeys(("yes", "no", "silent", "never"), 0)
        return {"people": 0, "opens": nobody, "clicks": nobody, "idle": idle}
    people = _mailable(workspace, active)
    asked_for = purposes.measuring(workspace)
    kinds = {"opens": asked_for.opens, "clicks": asked_for.clicks}
    answers = {name: _answers(people, purpose) for name, purpose in kinds.items()}
    return {"people": sum(answers["opens"].values()), **answers, "idle": idle}


def _mailable(workspace: Workspace, active: list[int]) -> Subquery:
    """Whoever may be written to now for one list at least, once."""
    found = []
    for number in active:
        purpose = db.session.get_one(Purpose, number)
        verdict = gate.verdicts_on_all(workspace, purpose, gate.NOTHING).subquery()
        found.append(select(verdict.c.contact_id).where(verdict.c.reason.is_(None)))
    return union(*found).subquery("mailable")


def _answers(people: Subquery, purpose: Purpose) -> dict[str, int]:
    state = aliased(ConsentState)
    mine = people.c.contact_id
    unsaid = or_(state.state.is_(None), state.state == State.PENDING)
    was_asked = asking.asked(mine)

    def those(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    row = db.session.execute(
        select(
            those(state.state == State.GIVEN).label("yes"),
            those(state.state.in_(_NO)).label("no"),
            those(and_(unsaid, was_asked)).label("silent"),
            those(and_(unsaid, ~was_asked)).label("never"),
        )
        .select_from(people)
        .outerjoin(
            state, and_(state.contact_id == mine, state.purpose_id == purpose.id)
        )
    ).one()
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's own name for a row as a mapping
