"""Where the files of exports lie: web and workers must see the same place."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, or_, select

from webapp.core import clock, installation
from webapp.core.db import db
from webapp.exports.models import Export

# A file is there to be fetched, not to be kept: whoever is erased from the base is in it meanwhile.
KEPT = timedelta(days=3)
# What did not come to its end in a day will not.
GIVEN_UP = timedelta(days=1)


def folder() -> Path:
    """The folder, made for us alone."""
    path = installation.settings().data_dir / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def file_of(number: int) -> Path:
    """The file of an export, whatever its kind."""
    return folder() / f"{number}.table"


def purge() -> None:
    """Delete the files whose day has come, and those nobody knows any more."""
    now = clock.now()
    db.session.execute(
        delete(Export).where(
            or_(
                Export.delete_at <= now,
                Export.finished_at.is_(None) & (Export.asked_at < now - GIVEN_UP),
            )
        ),
        execution_options={"synchronize_session": False},
    )
    known = {file_of(number) for number in db.session.scalars(select(Export.id))}
    for path in folder().glob("*.table"):
        if path not in known:
            path.unlink(missing_ok=True)
    _sweep(now - GIVEN_UP)


def _sweep(before: datetime) -> None:
    """Delete what killed workers left half made."""
    for path in folder().iterdir():
        if path.is_dir() and path.stat().st_mtime < before.timestamp():
            shutil.rmtree(path, ignore_errors=True)
