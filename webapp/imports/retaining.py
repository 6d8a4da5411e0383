"""Imports that were cut off go on; files and lines go on their day."""

from sqlalchemy import delete, select

from webapp.core import clock
from webapp.core.db import db
from webapp.imports import files, jobs, moves, uploading
from webapp.imports.models import ImportRow, ImportRun, Status


def rescue() -> None:
    """Ask again for what stands still."""
    stalled = select(ImportRun.id).where(
        ImportRun.status.in_(moves.MOVING),
        ImportRun.moved_at < clock.now() - moves.STALLED,
    )
    for run_id in db.session.scalars(stalled):
        jobs.work.enqueue(run_id=run_id)


def forget_old() -> None:
    """Delete files and lines whose day has come, and whatever no import knows of.

    What never began is cancelled with it; the figures and who did it stay.
    """
    due = select(ImportRun).where(
        ImportRun.delete_on <= clock.now().date(), ImportRun.stored != ""
    )
    for run in db.session.scalars(due.order_by(ImportRun.id)).all():
        if run.status in moves.MOVING:
            continue
        if run.status in moves.OPEN:
            run.status = Status.CANCELLED
        uploading.forget_file(run)
    kept = select(ImportRun.id).where(ImportRun.stored != "")
    db.session.execute(
        delete(ImportRow).where(ImportRow.import_id.not_in(kept)),
        execution_options={"synchronize_session": False},
    )
    _forget_orphans()


def _forget_orphans() -> None:
    """Files of workspaces that are gone, or of uploads that were cut off an hour ago and more."""
    if not files.folder().is_dir():
        return
    known = set(db.session.scalars(select(ImportRun.stored)))
    numbers = db.session.scalars(select(ImportRun.id))
    known |= {f"{number}{uploading.PROOF}" for number in numbers}
    limit = clock.now().timestamp() - 3600
    for path in files.folder().iterdir():
        if path.name not in known and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
