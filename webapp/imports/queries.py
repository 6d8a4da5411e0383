"""Reading imports: the history of a workspace, samples of what a file would change, its whole report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select

from webapp.accounts.models import User, Workspace
from webapp.contacts import queries as contacts
from webapp.contacts.fields import ATTRIBUTE, FIELDS, attribute_key
from webapp.core.db import db
from webapp.imports import files, staging, weighing
from webapp.imports.models import ImportRow, ImportRun, Kind
from webapp.imports.weighing import Scales
from webapp.subscriptions.models import MailingList

_AT_ONCE = 5_000


@dataclass(frozen=True)
class Example:
    """One line as the page shows it: where it stands, what it would give and replace."""

    line: int
    verdict: str
    given: dict[str, Any] = field(default_factory=dict)
    replaced: dict[str, Any] = field(default_factory=dict)
    cells: Sequence[str] = ()
    fault: str = ""


def history(workspace: Workspace) -> Select[ImportRun]:
    """Every import of the workspace, in no order yet."""
    return select(ImportRun).where(ImportRun.workspace_id == workspace.id)


def names_of(runs: Sequence[ImportRun]) -> dict[int, str]:
    """Who made these imports."""
    numbers = {run.user_id for run in runs} | {run.undone_by for run in runs}
    asked = select(User.id, User.name).where(User.id.in_(numbers - {None}))
    return {row.id: row.name for row in db.session.execute(asked)}


def lists(workspace: Workspace) -> Sequence[MailingList]:
    """The lists that people can be put on."""
    return db.session.scalars(
        select(MailingList)
        .where(
            MailingList.workspace_id == workspace.id, MailingList.archived_at.is_(None)
        )
        .order_by(MailingList.name, MailingList.id)
    ).all()


def labels(workspace: Workspace, run: ImportRun) -> dict[str, Any]:
    """The words of each field the import speaks of, by the names that records use."""
    fields = [*staging.planned_fields(run), *contacts.attributes(workspace)]
    own = {f"{ATTRIBUTE}{one.key}": one.name for one in fields}
    known = {name: one.label for name, one in FIELDS.items()} | own
    names = weighing.field_names(run.mapping)
    return {**known, **{name: known.get(name, attribute_key(name)) for name in names}}


def examples(workspace: Workspace, run: ImportRun, verdict: str) -> list[Example]:
    """A few lines of one kind, as they would fare now."""
    numbers = run.expected.get("samples", {}).get(verdict, [])
    if not numbers or run.kind not in {Kind.CONTACTS, Kind.OPT_OUTS}:
        return []
    scales = Scales(run, workspace)
    weighed = scales.weighed((numbers[0], numbers[-1])).where(
        ImportRow.line.in_(numbers)
    )
    rows = db.session.execute(weighed.order_by(ImportRow.line))
    return [
        Example(row.line, row.verdict, row.given, row.replaced, fault=row.fault)
        for row in rows
    ]


def same_file(workspace: Workspace, run: ImportRun) -> ImportRun | None:
    """The last import of the very same file, before this one."""
    return db.session.scalar(
        history(workspace)
        .where(ImportRun.sha256 == run.sha256, ImportRun.id < run.id)
        .order_by(ImportRun.id.desc())
        .limit(1)
    )


def report(workspace: Workspace, run: ImportRun) -> Iterator[Any]:
    """How each line would fare now, in the order of the file."""
    scales = Scales(run, workspace)
    after = 0
    while span := weighing.next_span(run, after, _AT_ONCE):
        yield from db.session.execute(scales.weighed(span).order_by(ImportRow.line))
        after = span[1]


def faulty_lines(
    run: ImportRun,
) -> Iterator[tuple[int, str, list[list[Any]], int | None]]:
    """The lines that were not taken as they are: refused, repeated, with cells left out."""
    after = 0
    while True:
        rows = db.session.execute(
            select(
                ImportRow.line, ImportRow.fault, ImportRow.left_out, ImportRow.repeats
            )
            .where(
                ImportRow.import_id == run.id,
                ImportRow.line > after,
                (ImportRow.fault != "")
                | ImportRow.left_out.is_not(None)
                | _says_somebody_again(run),
            )
            .order_by(ImportRow.line)
            .limit(_AT_ONCE)
        ).all()
        for line, fault, left_out, repeats in rows:
            yield line, fault, left_out or [], repeats
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1][0]


def _says_somebody_again(run: ImportRun) -> ColumnElement[bool]:
    """A line that repeats another; of an order, it is one of its articles."""
    if run.kind == Kind.ORDERS:
        return false()
    return ImportRow.repeats.is_not(None)


def first_lines(run: ImportRun) -> tuple[files.Opened, list[files.Line]]:
    """The beginning of the file, as it is read now."""
    return files.sample(files.path_of(run), run.reading)
