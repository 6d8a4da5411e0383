"""Ask for a file of contacts, find it again, take it, throw it away."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from webapp.accounts import auditing
from webapp.accounts.models import User, Workspace
from webapp.core import clock, tokens
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.exports import choosing, jobs
from webapp.exports.choosing import Chosen
from webapp.exports.files import file_of
from webapp.exports.models import Export

# How many the page shows; older ones are deleted anyway.
SHOWN = 50
# At the same time, for one workspace: each reads everybody.
MOST = 3
# Seconds for which the address of a file works.
LINK_LASTS = 300
_LINK = "export"


class TooManyAtOnce(DomainError):
    """Other files are still being made."""

    message = _l("Three files are being made already. Wait until one of them is ready.")


def ask(
    workspace: Workspace,
    chosen: Chosen,
    *,
    kind: str,
    columns: list[str],
    user_id: int | None,
    locale: str,
) -> Export:
    """Have the file made in the background.

    :raises DomainError: for whom there is no file, and while three are on their way.
    """
    name = choosing.name(workspace, chosen)
    # What cannot be asked is said at once, not by a worker.
    choosing.people(workspace, chosen)
    _refuse_many(workspace)
    now = clock.now()
    export = Export(
        workspace_id=workspace.id,
        user_id=user_id,
        of=chosen.of,
        mailing_list_id=chosen.mailing_list_id,
        segment_id=chosen.segment_id,
        name=name,
        state=chosen.state if chosen.mailing_list_id else "",
        words=chosen.words,
        kind=kind,
        columns=columns,
        locale=locale,
        asked_at=now,
        moved_at=now,
    )
    db.session.add(export)
    db.session.flush()
    jobs.make.enqueue(export_id=export.id)
    auditing.record(workspace, "contacts.export_asked", export, of=export.of, kind=kind)
    return export


def _refuse_many(workspace: Workspace) -> None:
    running = [one for one in latest(workspace) if one.finished_at is None]
    if len(running) >= MOST:
        raise TooManyAtOnce


def latest(workspace: Workspace) -> Sequence[Export]:
    """The files that are there or on their way, newest first."""
    return db.session.scalars(
        select(Export)
        .where(Export.workspace_id == workspace.id)
        .order_by(Export.id.desc())
        .limit(SHOWN)
    ).all()


def names(exports: Sequence[Export]) -> dict[int, str]:
    """Who asked for them, by the number of the colleague."""
    numbers = {one.user_id for one in exports if one.user_id}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(numbers)))
    return {row.id: row.name for row in rows}


def get(workspace: Workspace, number: int) -> Export:
    """One of the workspace's own.

    :raises NotFound: also when it is another workspace's.
    """
    found = db.session.get(Export, number)
    if found is None or found.workspace_id != workspace.id:
        raise NotFound
    return found


def link(workspace: Workspace, export: Export, user_id: int | None) -> str:
    """What the address of the file says: good for one colleague and some minutes; noted.

    :raises NotFound: before it is finished, and after its day.
    """
    if export.finished_at is None or not file_of(export.id).exists():
        raise NotFound
    auditing.record(workspace, "contacts.export_downloaded", export, people=export.done)
    return tokens.sign(_LINK, [export.id, user_id])


def fetched(
    workspace: Workspace, token: str, user_id: int | None
) -> tuple[Export, Path]:
    """The file such an address leads to.

    :raises NotFound: when it is too old, somebody else's, or leads to nothing any more.
    """
    signed = tokens.read(_LINK, token, max_age=LINK_LASTS)
    if not signed or signed[1] != user_id:
        raise NotFound
    export = get(workspace, signed[0])
    path = file_of(export.id)
    if not path.exists():
        raise NotFound
    return export, path


def delete(workspace: Workspace, export: Export) -> None:
    """Throw the file away, or have it made no further."""
    auditing.record(workspace, "contacts.export_deleted", export)
    db.session.delete(export)
    file_of(export.id).unlink(missing_ok=True)
