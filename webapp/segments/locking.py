"""One at a time writes the memberships of a workspace."""

from sqlalchemy import text

from webapp.core.db import db

LOCK = 1_936_024_942
_TRY = text("SELECT pg_try_advisory_xact_lock(:lock, :workspace)")
_WAIT = text("SELECT pg_advisory_xact_lock(:lock, :workspace)")


def lock(workspace_id: int) -> bool:
    """Whether nobody else writes the memberships of this workspace until our commit."""
    return bool(db.session.scalar(_TRY, _named(workspace_id)))


def wait(workspace_id: int) -> None:
    """The same, once whoever writes them now has done so."""
    db.session.execute(_WAIT, _named(workspace_id))


def _named(workspace_id: int) -> dict[str, int]:
    return {"lock": LOCK, "workspace": workspace_id % 2**31}
