"""Whose an order or an event is: known by address, else by phone, else by a key of the shop."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from webapp.accounts.models import Workspace
from webapp.consent import gate
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.imports.models import ImportRow, ImportRun
from webapp.imports.targets import KEY

NO_CONTACT, RESTRICTED = "no_contact", "restricted"


def contacts(workspace: Workspace, rows: Sequence[ImportRow]) -> dict[int, int]:
    """The number of the contact of each line, as far as somebody is known."""
    found: dict[int, int] = {}
    addresses = {row.line: row.key for row in rows if row.key}
    _look_up(workspace, found, func.lower(Contact.email), addresses)
    names = dict.fromkeys(name for row in rows for name in (row.more or {})["who"])
    for name in names:
        said = {
            row.line: value
            for row in rows
            if row.line not in found and (value := (row.more or {})["who"].get(name))
        }
        column = Contact.phone if name == "phone" else _own(name)
        _look_up(workspace, found, column, said)
    return found


def restricted(numbers: set[int]) -> set[int]:
    """Those of the contacts whose data is used for nothing."""
    asked = select(Contact.id).where(Contact.id.in_(numbers), ~gate.usable())
    return set(db.session.scalars(asked))


def refuse(run: ImportRun, lines: Sequence[int], fault: str) -> None:
    """Note why these lines cannot be taken; the other lines of their orders neither."""
    if not lines:
        return
    db.session.execute(
        update(ImportRow)
        .where(
            ImportRow.import_id == run.id,
            ImportRow.line.in_(lines) | ImportRow.repeats.in_(lines),
        )
        .values(fault=fault),
        execution_options={"synchronize_session": False},
    )


def _own(name: str) -> Any:
    return Contact.attributes[name.removeprefix(KEY)].astext


def _look_up(
    workspace: Workspace,
    found: dict[int, int],
    column: ColumnElement[Any] | Any,
    said: dict[int, str],
) -> None:
    """Add whom exactly one value of the column names: a number that two share names nobody."""
    if not said:
        return
    rows = db.session.execute(
        select(Contact.id, column).where(
            Contact.workspace_id == workspace.id, column.in_(set(said.values()))
        )
    ).all()
    times = Counter(value for _number, value in rows)
    known = {value: number for number, value in rows if times[value] == 1}
    for line, value in said.items():
        if value in known:
            found.setdefault(line, known[value])
