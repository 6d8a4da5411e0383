"""The lines of a file become rows, in chunks: cut off anywhere, the rest follows."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from sqlalchemy import delete, text

from webapp.accounts.models import Workspace
from webapp.contacts import attributes
from webapp.contacts import queries as contacts
from webapp.contacts.models import Attribute
from webapp.core.copying import copy_lines
from webapp.core.db import db
from webapp.imports import files, targets
from webapp.imports.answers import Answers
from webapp.imports.lines import Plan, Reader, Understood, encoded
from webapp.imports.models import ImportRow, ImportRun, Kind

COLUMNS = (
    *("import_id", "line", "email", "key", "mark", "given", "typed", "more", "refusal"),
    *("silent", "fault", "left_out"),
)
# The first line of an address counts; what a later one refuses, all of them refuse.
_FIND_REPEATS = text(
    """
    WITH twice AS (
        SELECT key, min(line) AS first, coalesce(
            max(refusal) FILTER (WHERE refusal NOT IN ('', 'hard_bounce', 'soft_bounces')),
            max(refusal)) AS refusal
        FROM import_row
        WHERE import_id = :run AND key <> '' AND fault = ''
        GROUP BY key HAVING count(*) > 1
    )
    UPDATE import_row SET
        repeats = CASE WHEN import_row.line > twice.first THEN twice.first END,
        refusal = CASE WHEN import_row.line = twice.first
            THEN twice.refusal ELSE import_row.refusal END
    FROM twice
    WHERE import_row.import_id = :run AND import_row.key = twice.key
        AND import_row.fault = ''
    """
)

# The lines of one order lie under its first: they are its articles.
_FIND_ARTICLES = text(
    """
    WITH named AS (
        SELECT line, coalesce(more #>> '{order,shop}', '') AS shop,
            more #>> '{order,number}' AS number
        FROM import_row WHERE import_id = :run AND fault = ''
    ), firsts AS (
        SELECT line, min(line) OVER (PARTITION BY shop, number) AS first FROM named
    )
    UPDATE import_row SET repeats = firsts.first FROM firsts
    WHERE import_row.import_id = :run AND import_row.line = firsts.line
        AND firsts.line > firsts.first
    """
)
_COUNT_ANEW = text(
    "ANALYZE import_row (import_id, line, key, fault, refusal, silent, repeats)"
)


def plan(run: ImportRun, own: list[Attribute]) -> Plan:
    """What the reader of this import must know."""
    return Plan(
        kind=Kind(run.kind),
        columns=run.columns,
        mapping=run.mapping,
        answers=Answers.read(run.answers),
        own=[*own, *planned_fields(run)],
    )


def planned_fields(run: ImportRun) -> list[Attribute]:
    """The fields this import is to make, as they will be."""
    made = [targets.new(target) for target in run.mapping]
    return [
        Attribute(
            workspace_id=run.workspace_id,
            key=attributes.key_of(name),
            name=name[:80],
            kind=kind,
            choices=[],
        )
        for kind, name in filter(None, made)
    ]


class Chunks:
    """The file, read on from where an earlier worker was."""

    def __init__(self, run: ImportRun, workspace_fields: list[Attribute]) -> None:
        """Open it and pass over what is read already."""
        self.reader = Reader(plan(run, workspace_fields))
        self.number = run.id
        self.opened = files.open_run(run)
        self.width = len(run.columns)
        passed = sum(1 for _line in islice(self.opened.lines, run.staged))
        self.is_whole = passed == run.staged

    def close(self) -> None:
        """Let go of the file."""
        self.opened.close()

    def write(self, most: int) -> int:
        """Write so many lines more; how many there were."""
        self.count = 0
        copy_lines(ImportRow, COLUMNS, self._rows(most))
        return self.count

    def _rows(self, most: int) -> Iterator[str]:
        for line, cells in islice(self.opened.lines, most):
            self.count += 1
            yield _as_text(self.number, self.reader.read(line, cells))


def open_chunks(run: ImportRun) -> "closing[Chunks]":
    """The file of an import, to be written chunk by chunk."""
    workspace = db.session.get_one(Workspace, run.workspace_id)
    return closing(Chunks(run, contacts.attributes(workspace)))


def count_anew() -> None:
    """Let the planner know how many lines there are: it believes in none after a while without any."""
    db.session.execute(_COUNT_ANEW)


def find_repeats(run: ImportRun) -> None:
    """Mark the lines that say somebody a second time; doing it twice changes nothing."""
    if run.kind in {Kind.CONTACTS, Kind.OPT_OUTS}:
        db.session.execute(_FIND_REPEATS, {"run": run.id})
    elif run.kind == Kind.ORDERS:
        db.session.execute(_FIND_ARTICLES, {"run": run.id})


def forget(run: ImportRun) -> None:
    """Take the rows away: it begins anew, or its day has come."""
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == run.id))
    run.staged = run.weighed = 0


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _as_text(number: int, found: Understood) -> str:
    """A row as COPY reads it."""
    typed = encoded(found.typed) if found.typed else None
    more = encoded(found.more) if found.more else None
    left_out = encoded(found.left_out) if found.left_out else None
    return (
        f"{number}\t{found.line}\t{_safe(found.email)}\t{_safe(found.key)}\t"
        f"{_bytes(found.mark)}\t{_safe(encoded(found.given))}\t{_or_null(typed)}\t{_or_null(more)}\t"
        f"{found.refusal}\t{found.silent}\t{found.fault}\t{_or_null(left_out)}\n"
    )


def _safe(value: str) -> str:
    return value.replace("\\", "\\\\") if "\\" in value else value


def _or_null(value: str | None) -> str:
    return "\\N" if value is None else _safe(value)


def _bytes(value: bytes | None) -> str:
    return "\\N" if value is None else f"\\\\x{value.hex()}"
