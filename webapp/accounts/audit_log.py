"""Reading what was done in a workspace."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from webapp.accounts.actions import sentence
from webapp.accounts.models import AuditEntry, User, Workspace
from webapp.core.db import db
from webapp.core.i18n import _

# A spreadsheet program would run a cell that begins like this.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Filter:
    """Which entries to show; what is empty does not matter."""

    action: str = ""
    user_id: int | None = None


def entries(workspace: Workspace, wanted: Filter) -> Select[AuditEntry]:
    """The entries of a workspace with the people who made them, in no order yet."""
    query = (
        select(AuditEntry)
        .where(AuditEntry.workspace_id == workspace.id)
        .options(joinedload(AuditEntry.user))
    )
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.user_id:
        query = query.where(AuditEntry.user_id == wanted.user_id)
    return query


def actions_of(workspace: Workspace) -> list[tuple[str, str]]:
    """The actions that happened here with their sentences, in the order of the alphabet."""
    found = db.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.workspace_id == workspace.id)
        .distinct()
    )
    return sorted(((one, sentence(one)) for one in found), key=lambda pair: pair[1])


def people_of(workspace: Workspace) -> Sequence[User]:
    """Everybody who did something here, also those who have left."""
    did = select(AuditEntry.user_id).where(AuditEntry.workspace_id == workspace.id)
    return db.session.scalars(
        select(User).where(User.id.in_(did)).order_by(User.name)
    ).all()


def as_csv(workspace: Workspace, wanted: Filter) -> Iterator[str]:
    """The entries as a CSV file with its headings, the newest first."""
    yield "\ufeff" + _line(
        [_("When (UTC)"), _("Who"), _("E-mail"), _("What"), _("About"), _("Details")]
    )
    query = entries(workspace, wanted).order_by(AuditEntry.id.desc())
    rows = db.session.scalars(query.execution_options(yield_per=ROWS_AT_ONCE))
    for entry in rows:
        yield _line(_cells(entry))


def _cells(entry: AuditEntry) -> list[str]:
    return [
        f"{entry.at:%Y-%m-%d %H:%M:%S}",
        entry.user.name if entry.user else "",
        entry.user.email if entry.user else "",
        sentence(entry.action),
        entry.target_name,
        json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
    ]


def _line(cells: list[str]) -> str:
    safe = ["'" + cell if cell.startswith(_FORMULA) else cell for cell in cells]
    buffer = io.StringIO()
    csv.writer(buffer).writerow(safe)
    return buffer.getvalue()
