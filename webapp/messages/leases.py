"""Who has which messages in hand: a lease lives as long as the process that holds it."""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Engine, update
from sqlalchemy.exc import SQLAlchemyError

from webapp.core import clock
from webapp.core.db import db
from webapp.core.installation import settings
from webapp.messages.models import Message
from webapp.messages.moves import IN_HAND

log = logging.getLogger(__name__)

# What a row can hold.
_LONGEST = 60


def duration() -> timedelta:
    """How long a process may be silent before its messages are taken from it."""
    return timedelta(seconds=settings().lease_seconds)


@contextmanager
def held() -> Iterator[str]:
    """The name of a lease that is renewed while the block runs, however long it takes.

    A reply to the final dot may take ten minutes (RFC 5321 section 4.5.3.2.6), a dead
    process must be noticed in one.
    """
    name = _name()
    done = threading.Event()
    keeper = threading.Thread(
        target=_keep, args=(db.engine, name, duration(), done), daemon=True
    )
    keeper.start()
    try:
        yield name
    finally:
        done.set()


def _name() -> str:
    place = f"{os.getpid()}:{threading.get_native_id()}:{os.urandom(4).hex()}"
    return f"{socket.gethostname()[: _LONGEST - len(place) - 1]}:{place}"


def _keep(engine: Engine, name: str, span: timedelta, done: threading.Event) -> None:
    while not done.wait(span.total_seconds() / 3):
        try:
            with engine.begin() as connection:
                connection.execute(
                    update(Message)
                    .where(Message.leased_by == name, Message.status.in_(IN_HAND))
                    .values(leased_until=clock.now() + span)
                )
        except SQLAlchemyError as error:
            log.warning("A lease could not be renewed: %s", type(error).__name__)
