"""How a declared job is performed: one job, one application context, one transaction."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import dramatiq
from flask import Flask

from config.logs import current_work
from webapp.core import draining
from webapp.core.db import db, transaction
from webapp.core.jobs import Job

log = logging.getLogger(__name__)

Performer = TypeVar("Performer", bound=Callable[..., None])

_PERFORMERS: dict[str, tuple[Job, Callable[..., None], bool]] = {}


class Draining(dramatiq.Middleware):
    """Tell long work that its worker is ending."""

    def before_worker_boot(self, broker: dramatiq.Broker, worker: Any) -> None:  # noqa: ARG002
        """Begin to work."""
        draining.withdraw()

    def before_worker_shutdown(
        self,
        broker: dramatiq.Broker,  # noqa: ARG002
        worker: Any,  # noqa: ARG002
    ) -> None:
        """Begin nothing new."""
        draining.request()


def performs(
    job: Job, *, own_transactions: bool = False
) -> Callable[[Performer], Performer]:
    """Say that this function carries out a job.

    The whole call is one transaction, unless the job must commit on its way (a message is
    marked as sending before its bytes leave): then it says so with `own_transactions`.
    """

    def remember(function: Performer) -> Performer:
        _PERFORMERS[job.name] = (job, function, own_transactions)
        return function

    return remember


def performed() -> dict[str, Callable[..., None]]:
    """Every function that performs a job, by the job's name."""
    return {name: function for name, (_, function, _) in _PERFORMERS.items()}


def declare_actors(app: Flask, broker: dramatiq.Broker) -> None:
    """Make a Dramatiq actor of every performer."""
    broker.add_middleware(Draining())
    for job, function, own_transactions in _PERFORMERS.values():
        declare = dramatiq.actor(
            broker=broker,
            actor_name=job.name,
            queue_name=job.queue,
            time_limit=job.time_limit * 1000,
            # Work that commits on its way comes to its own end when asked to.
            notify_shutdown=not own_transactions,
        )
        declare(_in_app(app, job, function, own_transactions=own_transactions))


def _in_app(
    app: Flask, job: Job, function: Callable[..., None], *, own_transactions: bool
) -> Callable[..., None]:
    # Committing in a Dramatiq middleware would lose the failure: emit_after swallows exceptions.
    def perform(**arguments: Any) -> None:
        with _named(job.name), app.app_context():
            try:
                if own_transactions:
                    function(**arguments)
                else:
                    with transaction():
                        function(**arguments)
            except Exception:
                log.exception("%s failed; the sweep will ask for it again", job.name)
                raise
            finally:
                db.session.remove()

    return perform


@contextmanager
def _named(work: str) -> Iterator[None]:
    token = current_work.set(work)
    try:
        yield
    finally:
        current_work.reset(token)
