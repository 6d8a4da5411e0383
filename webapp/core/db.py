"""The session, the base model, and the transaction at the edge of every job."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Identity, MetaData, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    SessionTransaction,
    mapped_column,
    registry,
)

from webapp.core.personal_data import technical

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """The base of every table: named constraints, times with their zone, JSON as JSONB."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: DateTime(timezone=True),
            dict[str, Any]: JSONB,
            list[Any]: JSONB,
        },
    )


class HasId:
    """A table whose rows have a number of their own."""

    id: Mapped[int] = mapped_column(
        BigInteger, Identity(), primary_key=True, info=technical.info
    )


db = SQLAlchemy(
    model_class=Model,
    engine_options={
        "pool_pre_ping": True,
        "pool_size": 5,
        "max_overflow": 15,
        # What people typed stays out of errors and logs.
        "hide_parameters": True,
    },
)


# An operator may have traded the last commits for speed (synchronous_commit = off).
_DURABLE = text(
    "SELECT set_config('synchronous_commit', 'on', true)"
    " WHERE current_setting('synchronous_commit') = 'off'"
)


@contextmanager
def transaction() -> Iterator[None]:
    """Keep all that happens inside, or nothing of it; needs an application context."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def make_durable() -> None:
    """Have this transaction survive the death of the server, however it is configured."""
    db.session.execute(_DURABLE)


def innermost(session: Session) -> SessionTransaction:
    """The savepoint we are in or, outside of any, the transaction; begun if need be."""
    now = session.get_nested_transaction() or session.get_transaction()
    return session.begin() if now is None else now


def is_within(inner: SessionTransaction | None, outer: SessionTransaction) -> bool:
    """Whether what was done in the one is undone with the other."""
    while inner is not None and inner is not outer:
        inner = inner.parent
    return inner is outer
