"""Work declared by a feature and done by a worker: sent after the commit, forgotten on rollback."""

import logging
from dataclasses import dataclass, field
from typing import Any

import dramatiq
from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from webapp.core.db import db, innermost, is_within

log = logging.getLogger(__name__)

# What a worker is doing while nobody waits, while somebody waits, and in bulk.
QUEUES = ("default", "urgent", "bulk")

_REGISTRY: dict[str, "Job"] = {}


@dataclass(frozen=True)
class Job:
    """Work that a feature declares and `workers/` performs.

    The rows of the database are the truth; a job is only a wake-up that may be lost or
    come twice without harm.
    """

    name: str
    queue: str = "default"
    time_limit: int = field(default=600, metadata={"unit": "seconds"})

    def __post_init__(self) -> None:
        """Enter the job in the register, where workers and tests find it."""
        if self.queue not in QUEUES:
            message = f"{self.name}: no queue is called {self.queue}"
            raise ValueError(message)
        _REGISTRY[self.name] = self

    def enqueue(self, **arguments: Any) -> None:
        """Ask for the work; it is sent when the transaction is committed."""
        session = db.session()
        _waiting(session).append((innermost(session), self, arguments))

    def message(self, arguments: dict[str, Any]) -> "dramatiq.Message[Any]":
        """What is handed to the broker."""
        return dramatiq.Message(
            queue_name=self.queue,
            actor_name=self.name,
            args=(),
            kwargs=arguments,
            options={},
        )


def declared() -> dict[str, Job]:
    """Every job that a feature declares, by name."""
    return dict(_REGISTRY)


def _waiting(session: Session) -> list[tuple[SessionTransaction, Job, dict[str, Any]]]:
    waiting: list[tuple[SessionTransaction, Job, dict[str, Any]]]
    waiting = session.info.setdefault("jobs", [])
    return waiting


@event.listens_for(db.session, "after_commit")
def _send(session: Session) -> None:
    # SQLAlchemy also fires this when a savepoint is released; that work may still be undone.
    if session.in_nested_transaction():
        return
    waiting, session.info["jobs"] = _waiting(session), []
    for _, job, arguments in waiting:
        try:
            current_app.extensions["broker"].enqueue(job.message(arguments))
        except Exception:
            # The rows are committed and the sweep finds them: the person must not see an error.
            log.exception("The broker did not take %s; the sweep will", job.name)


@event.listens_for(db.session, "after_soft_rollback")
def _forget(session: Session, undone: SessionTransaction) -> None:
    session.info["jobs"] = [
        waiting for waiting in _waiting(session) if not is_within(waiting[0], undone)
    ]
