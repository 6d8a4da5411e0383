"""The figures of the data-quality page, counted in the background: a million people take seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.contacts import completeness_of_all, counting
from webapp.contacts.completeness_of_all import FieldFigures
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.deliverability import suppression
from webapp.duplicates.models import Decision, DupPair
from webapp.quality import domains, fields, issues, jobs, looking, scoring
from webapp.quality.models import Doubt, Finding, QualityDay, QualityState
from webapp.subscriptions import queries as lists

# Of a large base; a small one is counted after each change.
LASTS = timedelta(hours=20)
HISTORY = timedelta(days=180)


@dataclass(frozen=True)
class Standing:
    """The last figures of a workspace, and whether newer ones are on their way."""

    today: QualityDay | None
    is_counting: bool


def standing(workspace: Workspace) -> Standing:
    """What the page shows; a base that is new is counted within minutes, see `looking.changed`."""
    last = db.session.scalars(
        select(QualityDay)
        .where(QualityDay.workspace_id == workspace.id)
        .order_by(QualityDay.day.desc())
        .limit(1)
    ).one_or_none()
    state = db.session.get(QualityState, workspace.id)
    is_wanted = state is not None and state.wanted_at is not None
    return Standing(last, is_wanted)


def history(workspace: Workspace) -> list[tuple[date, int]]:
    """The score of each day of half a year, oldest first."""
    rows = db.session.execute(
        select(QualityDay.day, QualityDay.score)
        .where(
            QualityDay.workspace_id == workspace.id,
            QualityDay.day > (clock.now() - HISTORY).date(),
        )
        .order_by(QualityDay.day)
    )
    return [(row.day, row.score) for row in rows]


def want(workspace: Workspace) -> None:
    """Have the figures counted again soon."""
    looking.state(workspace.id).wanted_at = clock.now()
    jobs.count.enqueue(workspace_id=workspace.id)


def refresh(workspace_id: int) -> None:
    """Look through what changed, and count where that is quick or due. Commits on its way."""
    if not looking.look(workspace_id):
        return
    with transaction():
        workspace = db.session.get(Workspace, workspace_id)
        if workspace and _is_due(workspace):
            jobs.count.enqueue(workspace_id=workspace_id)


def count(workspace_id: int) -> None:
    """Count everything, and keep it as the figures of today. Commits on its way."""
    if not looking.look(workspace_id):
        return
    with transaction():
        workspace = db.session.get(Workspace, workspace_id)
        if workspace is None:
            return
        domains.mark(workspace_id)
        _keep(workspace, figures(workspace))
        looking.state(workspace_id).wanted_at = None


def figures(workspace: Workspace) -> dict[str, Any]:
    """All that the page shows, as JSON."""
    known = completeness_of_all.count(workspace)
    doubts = _doubts(workspace)
    return {
        "people": known.people,
        "complete": known.score,
        "fields": [_field(field, doubts) for field in known.fields],
        "doubts": doubts,
        "bounced": _number(suppression.dead_mailboxes(workspace)),
        "unconfirmed": _number(lists.never_confirmed(workspace)),
        "unreachable": _unreachable(workspace),
        "silent": _silent(workspace),
        "duplicates": _duplicates(workspace),
    }


def _is_due(workspace: Workspace) -> bool:
    last = standing(workspace).today
    if last is None or last.counted_at < clock.now() - LASTS:
        return True
    return not counting.are_many(workspace)


def _keep(workspace: Workspace, found: dict[str, Any]) -> None:
    new = insert(QualityDay).values(
        workspace_id=workspace.id,
        day=clock.now().date(),
        score=scoring.score(found),
        figures=found,
        counted_at=clock.now(),
    )
    kept = {name: new.excluded[name] for name in ("score", "figures", "counted_at")}
    db.session.execute(
        new.on_conflict_do_update(index_elements=["workspace_id", "day"], set_=kept)
    )


def _field(field: FieldFigures, doubts: Mapping[str, int]) -> dict[str, Any]:
    """Valid is what our own reading of each value says, where we read it."""
    doubt = fields.DOUBTS.get(field.name)
    valid = field.valid if doubt is None else field.filled - doubts.get(doubt, 0)
    return {
        "name": field.name,
        "weight": field.weight,
        "filled": field.filled,
        "valid": max(0, min(valid, field.filled)),
        "fresh": max(0, min(field.fresh, valid)),
    }


def _doubts(workspace: Workspace) -> dict[str, int]:
    rows = db.session.execute(
        select(Finding.doubt, func.count().label("people"))
        .where(Finding.workspace_id == workspace.id)
        .group_by(Finding.doubt)
    )
    return {row.doubt: row.people for row in rows}


def _unreachable(workspace: Workspace) -> int:
    """Each person once: whose mailbox or whose domain takes no mail."""
    dead = select(Finding.contact_id).where(
        Finding.workspace_id == workspace.id, Finding.doubt == Doubt.DEAD_DOMAIN
    )
    return _number(suppression.dead_mailboxes(workspace).union(dead))


def _silent(workspace: Workspace) -> dict[str, int]:
    columns = [
        func.count().filter(Contact.last_contact_at < issues.silent_since(number))
        for number in issues.SILENCES
    ]
    row = db.session.execute(
        select(*columns).where(Contact.workspace_id == workspace.id)
    ).one()
    return dict(zip(map(str, issues.SILENCES), row, strict=True))


def _duplicates(workspace: Workspace) -> int:
    return _number(
        select(DupPair.id).where(
            DupPair.workspace_id == workspace.id,
            DupPair.decision.in_((Decision.PENDING, Decision.AUTO)),
        )
    )


def _number(people: Any) -> int:
    found = people.subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0
