"""How long a question about many people may take."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l

_QUERY_CANCELED = "57014"
_WAS = text("SELECT current_setting('statement_timeout')")
_SET = text("SELECT set_config('statement_timeout', :limit, true)")


class TakesTooLong(DomainError):
    """An answer did not come in time."""

    status = 503
    message = _l("Finding who is in it takes too long. Ask for less at once.")


@contextmanager
def limited(*, seconds: int) -> Iterator[None]:
    """Let no statement inside take longer; what was written inside is undone then.

    :raises TakesTooLong: when one did.
    """
    was = db.session.scalar(_WAS)
    try:
        with db.session.begin_nested():
            db.session.execute(_SET, {"limit": f"{seconds}s"})
            yield
            db.session.execute(_SET, {"limit": was})
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == _QUERY_CANCELED:
            raise TakesTooLong from error
        raise
