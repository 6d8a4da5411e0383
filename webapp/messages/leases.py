"""Who has which messages in hand: a lease lives as long as the process that holds it."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine, Update, update
from sqlalchemy.exc import SQLAlchemyError

from webapp.core import clock
from webapp.core.db import db
from webapp.core.installation import settings
from webapp.messages.models import Message, Status

log = logging.getLogger(__name__)

# What a row can hold.
_LONGEST = 60

# The statement that keeps what stands under a lease until a moment.
Renewal = Callable[[str, datetime], Update]


def duration() -> timedelta:
    """How long a process may be silent before its messages are taken from it."""
    return timedelta(seconds=settings().lease_seconds)


def renew_mails(lease: str, until: datetime) -> Update:
    """Keep the single mails in the hands of a lease."""
    mine = (Message.leased_by == lease, Message.status == Status.SENDING)
    return update(Message).where(*mine).values(leased_until=until)


@contextmanager
def held(renew: Renewal = renew_mails) -> Iterator[str]:
    """The name of a lease that is renewed while the block runs, however long it takes.

    A reply to the final dot may take ten minutes (RFC 5321 section 4.5.3.2.6), a dead
    process must be noticed in one.
    """
    name = _name()
    done = threading.Event()
    keeper = threading.Thread(
        target=_keep, args=(db.engine, name, renew, duration(), done), daemon=True
    )
    keeper.start()
    try:
        yield name
    finally:
        done.set()


def is_of_this_machine(name: str) -> bool:
    """Whether a lease is held by a process of this machine."""
    return name.startswith(machine() + ":")


def machine() -> str:
    """What the leases of this machine begin with."""
    # Room for the rest of the name.
    return socket.gethostname()[:20]


def _name() -> str:
    place = f"{os.getpid()}:{threading.get_native_id()}:{os.urandom(4).hex()}"
    return f"{machine()}:{place}"[:_LONGEST]


def _keep(
    engine: Engine,
    name: str,
    renew: Renewal,
    span: timedelta,
    done: threading.Event,
) -> None:
    while not done.wait(span.total_seconds() / 3):
        try:
            with engine.begin() as connection:
                connection.execute(renew(name, clock.now() + span))
        except SQLAlchemyError as error:
            log.warning("A lease could not be renewed: %s", type(error).__name__)
