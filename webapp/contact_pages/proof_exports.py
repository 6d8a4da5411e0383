"""The proofs of a list as a file: asked for, made in the background, fetched, deleted on its day."""

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from time import monotonic

from sqlalchemy import Select, delete, or_, select, update

from webapp.accounts.models import Workspace
from webapp.consent import checkpoints
from webapp.consent.models import ProofExport
from webapp.contact_pages import jobs, list_proofs
from webapp.core import clock, draining, installation
from webapp.core.db import db, transaction
from webapp.core.errors import NotFound
from webapp.subscriptions.models import MailingList

# The file holds what people said and how: it is there to be fetched, not to be kept.
KEPT = timedelta(days=7)
# Seconds between two signs of life; whoever gave none for so long was cut off.
SIGN, STALLED = 2.0, timedelta(minutes=5)
# What did not come to its end in a day will not.
GIVEN_UP = timedelta(days=1)


class Interrupted(Exception):
    """The worker ends: another one makes the file."""


def ask(
    workspace: Workspace,
    mailing_list: MailingList,
    *,
    user_id: int | None,
    with_circumstances: bool,
    locale: str,
) -> ProofExport:
    """Have the proofs of this list made, unless that is under way in the same form."""
    running = db.session.scalar(
        _of(workspace, mailing_list)
        .where(
            ProofExport.finished_at.is_(None),
            ProofExport.with_circumstances == with_circumstances,
        )
        .limit(1)
    )
    if running is not None:
        return running
    checkpoints.take(workspace)
    now = clock.now()
    made = ProofExport(
        workspace_id=workspace.id,
        mailing_list_id=mailing_list.id,
        user_id=user_id,
        with_circumstances=with_circumstances,
        locale=locale,
        total=list_proofs.size(workspace, mailing_list),
        asked_at=now,
        moved_at=now,
    )
    db.session.add(made)
    db.session.flush()
    jobs.export_proofs.enqueue(export_id=made.id)
    return made


def perform(number: int) -> None:
    """Make the file; cut off, it is begun anew."""
    with transaction():
        export = db.session.get(ProofExport, number)
        if export is None or export.finished_at is not None:
            return
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder()) as corner:
        path = Path(corner) / "proofs.zip"
        try:
            list_proofs.write(path, export, _Signs(number).done)
        except Interrupted:
            with transaction():
                jobs.export_proofs.enqueue(export_id=number)
            return
        size = path.stat().st_size
        path.rename(file_of(number))
    with transaction():
        now = clock.now()
        values = {
            "size": size,
            "done": ProofExport.total,
            "finished_at": now,
            "moved_at": now,
            "delete_on": (now + KEPT).date(),
        }
        db.session.execute(
            update(ProofExport).where(ProofExport.id == number).values(values)
        )


def of_list(workspace: Workspace, mailing_list: MailingList) -> Sequence[ProofExport]:
    """The files of a list that are there or on their way, newest first."""
    return db.session.scalars(_of(workspace, mailing_list)).all()


def get(workspace: Workspace, number: int) -> ProofExport:
    """One of the workspace's own.

    :raises NotFound: also when it is another workspace's.
    """
    found = db.session.get(ProofExport, number)
    if found is None or found.workspace_id != workspace.id:
        raise NotFound
    return found


def fetched(export: ProofExport) -> Path:
    """The file, to be handed out.

    :raises NotFound: before it is finished, and after its day.
    """
    path = file_of(export.id)
    if export.finished_at is None or not path.exists():
        raise NotFound
    return path


def rescue() -> None:
    """Ask again for what was cut off."""
    stalled = db.session.scalars(
        select(ProofExport.id).where(
            ProofExport.finished_at.is_(None),
            ProofExport.moved_at < clock.now() - STALLED,
        )
    )
    for number in stalled:
        jobs.export_proofs.enqueue(export_id=number)


def purge() -> None:
    """Delete the files whose day has come, and those nobody knows any more."""
    now = clock.now()
    db.session.execute(
        delete(ProofExport).where(
            or_(
                ProofExport.delete_on <= now.date(),
                ProofExport.finished_at.is_(None)
                & (ProofExport.asked_at < now - GIVEN_UP),
            )
        ),
        execution_options={"synchronize_session": False},
    )
    known = {file_of(number) for number in db.session.scalars(select(ProofExport.id))}
    for path in folder().glob("*.zip"):
        if path not in known:
            path.unlink(missing_ok=True)


def folder() -> Path:
    """Where the files lie: web and workers must see the same one."""
    return installation.settings().data_dir / "proofs"


def file_of(number: int) -> Path:
    """The file of an export."""
    return folder() / f"{number}.zip"


class _Signs:
    """Says in the row how far the file is, now and then."""

    def __init__(self, number: int) -> None:
        self.number, self.steps, self.signed = number, 0, monotonic()

    def done(self, steps: int) -> None:
        """So many more.

        :raises Interrupted: when this worker is asked to end.
        """
        self.steps += steps
        if draining.requested():
            db.session.rollback()
            raise Interrupted
        if monotonic() - self.signed < SIGN:
            return
        self.signed = monotonic()
        with transaction():
            db.session.execute(
                update(ProofExport)
                .where(ProofExport.id == self.number)
                .values(done=self.steps, moved_at=clock.now())
            )


def _of(workspace: Workspace, mailing_list: MailingList) -> Select[ProofExport]:
    return (
        select(ProofExport)
        .where(
            ProofExport.workspace_id == workspace.id,
            ProofExport.mailing_list_id == mailing_list.id,
        )
        .order_by(ProofExport.id.desc())
    )
