"""Take a file in: written to disk as it comes, looked at, and asked what it seems to be."""

import hashlib
import secrets
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import IO

from sqlalchemy import func, select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.contacts import queries as contacts
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.core.spreadsheets import FileIsRefused
from webapp.imports import files, headings, mapping, moves, peers
from webapp.imports.answers import Answers
from webapp.imports.models import ImportRun, Kind
from webapp.imports.targets import PACKED

# For so many days the file and its lines are kept: to look again, to correct, to undo.
KEPT = timedelta(days=30)
# Files of a workspace that wait for somebody to go on; more are forgotten ones.
MOST_WAITING = 20
# Files in one packed file, as Mailchimp gives them.
MOST_PACKED = 12
# The proof of a third party lies beside the file, and stays as long as the import is known.
PROOF = ".proof"
_PIECE = 1 << 20


class TooManyWaiting(DomainError):
    """Nobody goes on with so many at once."""

    message = _l(
        "Twenty imports are under way or wait for you. Finish or cancel some of them first."
    )


class FileIsTooHeavy(FileIsRefused):
    """More bytes than one import takes."""

    message = _l("This file is larger than 300 MB. Divide it into several ones.")


def take(
    workspace: Workspace, name: str, stream: IO[bytes], user_id: int | None
) -> list[ImportRun]:
    """Take a file in; a packed one with several tables becomes as many imports.

    :raises FileIsRefused: when it is no table; nothing is kept of it then.
    :raises TooManyWaiting: when too many wait already.
    """
    _refuse_too_many(workspace)
    path = _new_path()
    try:
        write(stream, path, files.LARGEST)
        if not _is_packed(path):
            return [_make(workspace, name, path, user_id)]
        return _unpack(workspace, path, user_id)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def look(run: ImportRun, told: Kind | None = None) -> None:
    """Propose what the columns are, as the file is read now.

    :param told: what somebody says the file is; it counts more than what it seems to be.
    :raises FileIsRefused: when it cannot be read so.
    """
    workspace = db.session.get_one(Workspace, run.workspace_id)
    path = files.path_of(run)
    reading = {name: value for name, value in run.reading.items() if name != "packed"}
    opened, lines = files.sample(path, reading)
    tool = peers.recognise(run.name, opened.columns)
    if tool and PACKED in tool.mapping.values():
        place = next(at for at, to in tool.mapping.items() if to == PACKED)
        names = files.packed_names(lines, place)
        reading["packed"] = {"column": place, "names": names}
        opened, lines = files.sample(path, reading)
    run.reading, run.columns = reading, opened.columns
    run.tool = tool.tool.key if tool else ""
    if tool:
        run.kind = told or tool.kind
        run.answers = {**run.answers, "file_status": tool.file_status}
    rows = [cells for _line, cells in lines]
    own = contacts.attributes(workspace)
    kind = Kind(run.kind)
    run.mapping = mapping.propose(kind, opened.columns, rows, own, tool)


def forget_file(run: ImportRun) -> None:
    """Delete the file of an import, and the proof beside it."""
    if run.stored:
        (files.folder() / run.stored).unlink(missing_ok=True)
        run.stored = ""


def _make(
    workspace: Workspace, name: str, path: Path, user_id: int | None
) -> ImportRun:
    now = clock.now()
    run = ImportRun(
        workspace_id=workspace.id,
        user_id=user_id,
        kind=_kind(name),
        name=shown(name),
        size=path.stat().st_size,
        sha256=fingerprint(path),
        stored=path.name,
        reading={},
        answers=Answers().kept(),
        total=_lines(path),
        created_at=now,
        moved_at=now,
        delete_on=(now + KEPT).date(),
    )
    db.session.add(run)
    db.session.flush()
    look(run)
    auditing.record(workspace, "import.uploaded", run, size=run.size)
    return run


def _unpack(workspace: Workspace, path: Path, user_id: int | None) -> list[ImportRun]:
    made: list[ImportRun] = []
    written: list[Path] = []
    try:
        for name, inner in _tables(path):
            written.append(inner)
            made.append(_make(workspace, name, inner, user_id))
    except BaseException:
        for one in written:
            one.unlink(missing_ok=True)
        raise
    path.unlink()
    return made


def _tables(path: Path) -> Iterator[tuple[str, Path]]:
    """The tables in a packed file, each in a file of its own; together no larger than one."""
    left = files.LARGEST
    with zipfile.ZipFile(path) as packed:
        names = _csv_names(packed)
        for name in names[:MOST_PACKED]:
            inner = _new_path()
            with packed.open(name) as stream:
                try:
                    left -= write(stream, inner, left)
                except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
                    inner.unlink(missing_ok=True)
                    raise FileIsRefused from error
                except BaseException:
                    inner.unlink(missing_ok=True)
                    raise
            yield PurePosixPath(name).name, inner


def _is_packed(path: Path) -> bool:
    """Whether it is a packed file with tables of text in it, and no workbook."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist())
            is_workbook = bool(names & {"[Content_Types].xml", "mimetype"})
            return not is_workbook and bool(_csv_names(packed))
    except zipfile.BadZipFile:
        return False


def _csv_names(packed: zipfile.ZipFile) -> list[str]:
    return sorted(
        name
        for name in packed.namelist()
        if name.lower().endswith((".csv", ".txt", ".tsv"))
        and not PurePosixPath(name).name.startswith((".", "_"))
        and "__MACOSX" not in name
    )


def write(stream: IO[bytes], path: Path, most: int) -> int:
    """Write what comes, piece by piece; how much it was.

    :raises FileIsTooHeavy: beyond the limit.
    """
    written = 0
    with path.open("wb") as target:
        while piece := stream.read(_PIECE):
            written += len(piece)
            if written > most:
                raise FileIsTooHeavy
            target.write(piece)
    return written


def _new_path() -> Path:
    files.folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    return files.folder() / secrets.token_hex(16)


def fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lines(path: Path) -> int:
    """About how many lines a text has; 0 of what is packed, until it is read."""
    count = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if not count and piece.startswith(b"PK"):
                return 0
            count += piece.count(b"\n")
    return min(count, files.MOST_LINES)


def _kind(name: str) -> Kind:
    """What the name of a file promises; corrected on its page."""
    words = headings.plain(name)
    for kind, told in (
        (Kind.ORDERS, ("commande", "order", "vente", "achat")),
        (Kind.EVENTS, ("event", "evenement")),
        (Kind.OPT_OUTS, ("desinscri", "desabonn", "unsub", "optout", "blacklist")),
    ):
        if any(word in words for word in told):
            return kind
    return Kind.CONTACTS


def shown(name: str) -> str:
    """The name of the file, without the folders some browsers tell."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in last if one.isprintable())[:200] or "import.csv"


def _refuse_too_many(workspace: Workspace) -> None:
    waiting = select(func.count()).where(
        ImportRun.workspace_id == workspace.id,
        ImportRun.status.in_([*moves.OPEN, *moves.MOVING]),
    )
    if (db.session.scalar(waiting) or 0) >= MOST_WAITING:
        raise TooManyWaiting
