"""What is said in a transaction waits for its place in the chain until the very end of it.

The chain of a workspace belongs to one writer until the commit. So nothing else is done
meanwhile: the events of a transaction are chained just before it is committed, or as soon as it
reads the ledger itself.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from sqlalchemy import TextClause, event, func, select
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction
from sqlalchemy.sql.visitors import iterate

from webapp.consent import chaining
from webapp.consent.models import ConsentEvent, LedgerHead
from webapp.core.db import db, innermost, is_within

_LEDGER = {ConsentEvent.__tablename__, LedgerHead.__tablename__}
# A transaction that writes nothing to the log would not wait for the disk either.
_OF_NOTHING = "SELECT pg_logical_emit_message(true, 'volontiers', '')"


@dataclass(eq=False)
class _Said:
    """An event, the transaction that stands or falls with it, and the one it was chained in."""

    event: ConsentEvent
    owner: SessionTransaction
    chained_in: SessionTransaction | None = None


def number() -> int:
    """The number of an event that is about to be said."""
    sequence = func.pg_get_serial_sequence(ConsentEvent.__tablename__, "id")
    return int(db.session.execute(select(func.nextval(sequence))).scalar_one())


def say(said: ConsentEvent) -> None:
    """Have the event chained with the others of this transaction, in their order."""
    session = db.session()
    _waiting(session).append(_Said(said, innermost(session)))


def settle(session: Session) -> None:
    """Chain now what waits."""
    session.flush()
    waiting, session.info["waiting"] = _waiting(session), []
    chains: dict[int, list[ConsentEvent]] = defaultdict(list)
    for one in waiting:
        one.chained_in = innermost(session)
        chains[one.event.workspace_id].append(one.event)
    _chained(session).extend(waiting)
    # In one order everywhere: two who need the same two chains wait, and do not deadlock.
    for workspace_id in sorted(chains):
        chaining.append(workspace_id, chains[workspace_id])


@event.listens_for(db.session, "do_orm_execute")
def _before_it_is_read(state: ORMExecuteState) -> None:
    if _waiting(state.session) and _reads_the_ledger(state.statement):
        settle(state.session)


@event.listens_for(db.session, "before_commit")
def _at_the_end(session: Session) -> None:
    # SQLAlchemy also fires this when a savepoint is released; that may still be undone.
    if session.in_nested_transaction():
        return
    if _waiting(session):
        settle(session)
    if session.info.pop("holds_a_chain", False):
        session.info["unkept"] = session.connection().connection.driver_connection


@event.listens_for(db.session, "after_commit", insert=True)
def _keep(session: Session) -> None:
    """Return only once what was said is on disk.

    The commit before let go of the chain without waiting for the disk; this one, of nothing,
    waits for all that was committed before it, together with whoever else waits at this moment.
    """
    if session.in_nested_transaction():
        return
    session.info["chained"] = []
    connection: Connection | None = session.info.pop("unkept", None)
    if connection is not None:
        connection.execute(_OF_NOTHING)
        connection.commit()


@event.listens_for(db.session, "after_soft_rollback")
def _forget(session: Session, undone: SessionTransaction) -> None:
    if undone.parent is None:
        session.info.pop("holds_a_chain", None)
        session.info.pop("unkept", None)
    told = [
        one
        for one in (*_chained(session), *_waiting(session))
        if not is_within(one.owner, undone)
    ]
    # The ledger was read within a savepoint that is undone: what was chained there waits again.
    again = [one for one in told if not _stays_chained(one, undone)]
    session.info["waiting"] = again
    session.info["chained"] = [one for one in told if _stays_chained(one, undone)]


def _stays_chained(one: _Said, undone: SessionTransaction) -> bool:
    return one.chained_in is not None and not is_within(one.chained_in, undone)


def _waiting(session: Session) -> list[_Said]:
    waiting: list[_Said] = session.info.setdefault("waiting", [])
    return waiting


def _chained(session: Session) -> list[_Said]:
    chained: list[_Said] = session.info.setdefault("chained", [])
    return chained


def _reads_the_ledger(statement: Any) -> bool:
    if isinstance(statement, TextClause):
        return any(name in statement.text for name in _LEDGER)
    return any(getattr(part, "name", None) in _LEDGER for part in iterate(statement))
