"""The lines that were not taken, as a file: their own columns, and why; corrected, it can be imported."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from webapp.core.i18n import _
from webapp.imports import files, queries, targets
from webapp.imports.models import ImportRun, Kind
from webapp.imports.words import FAULTS


def heading(run: ImportRun) -> list[str]:
    """The columns of the file and, last, the reason."""
    width = _width(run)
    names = [
        name or _("Column %(number)s", number=at + 1)
        for at, name in enumerate(run.columns)
    ]
    return [*names[:width], _("Why this line was not taken")]


def lines(run: ImportRun) -> Iterator[list[str]]:
    """Each such line as it stands in the file, with its reason.

    :raises FileIsGone: once the file is deleted.
    """
    wrong = queries.faulty_lines(run)
    width = _width(run)
    following = next(wrong, None)
    with closing(files.open_run(run)) as opened:
        for number, cells in opened.lines:
            if following is None:
                return
            if number == following[0]:
                yield [*cells[:width], _reason(run, following)]
                following = next(wrong, None)


def _width(run: ImportRun) -> int:
    """Without the columns that were packed into one."""
    packed = run.reading.get("packed") or {"names": []}
    return len(run.columns) - len(packed["names"])


def _reason(run: ImportRun, found: tuple[int, str, list[list[Any]], int | None]) -> str:
    _line, fault, left_out, repeats = found
    if fault:
        return str(FAULTS.get(fault, fault))
    if repeats:
        return str(_("says the same person as line %(line)s", line=repeats))
    known = targets.known(Kind(run.kind), [])
    names = ", ".join(
        str(known.get(run.mapping[place]) or run.columns[place])
        for place, _code in left_out
    )
    return str(_("taken without what does not fit: %(fields)s", fields=names))
