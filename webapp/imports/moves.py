"""How an import goes on: what may follow what, and one worker at a time."""

from datetime import timedelta

from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.imports.models import ImportRun, Status

MOVES = {
    Status.DRAFT: {Status.CHECKING, Status.CANCELLED},
    Status.CHECKING: {Status.CHECKED, Status.FAILED, Status.DRAFT, Status.CANCELLED},
    Status.CHECKED: {Status.RUNNING, Status.DRAFT, Status.CANCELLED},
    # Cancelled half-way, what was taken stays until it is undone.
    Status.RUNNING: {Status.DONE, Status.CANCELLED},
    Status.DONE: {Status.UNDOING},
    Status.CANCELLED: {Status.UNDOING},
    Status.FAILED: {Status.DRAFT, Status.CANCELLED},
    Status.UNDOING: {Status.UNDONE},
    Status.UNDONE: set(),
}
# A worker is busy with these.
MOVING = (Status.CHECKING, Status.RUNNING, Status.UNDOING)
# The questions may still be answered otherwise.
OPEN = (Status.DRAFT, Status.CHECKED, Status.FAILED)
# Who gave no sign of life for so long was cut off.
STALLED = timedelta(minutes=2)


class NotNow(DomainError):
    """The import has gone on, or stands still."""

    message = _l("This import has gone on since: look where it stands.")


def move(run: ImportRun, status: Status) -> None:
    """Let it go on.

    :raises NotNow: when that does not follow from where it stands.
    """
    if status not in MOVES[Status(run.status)]:
        raise NotNow
    run.status = status
    run.moved_at = clock.now()


def get(workspace: Workspace, run_id: int, *, for_update: bool = False) -> ImportRun:
    """One of the workspace's own.

    :raises NotFound: also when it is another workspace's.
    """
    found = db.session.get(
        ImportRun, run_id, with_for_update=for_update or None, populate_existing=True
    )
    if found is None or found.workspace_id != workspace.id:
        raise NotFound
    return found


def hold(run_id: int, status: Status) -> ImportRun | None:
    """The import for one step of its worker; None when another holds it, or it has gone on."""
    return db.session.scalar(
        select(ImportRun)
        .where(ImportRun.id == run_id, ImportRun.status == status)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
