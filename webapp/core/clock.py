"""What time it is, in UTC; tests can stop it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_stopped: datetime | None = None


def now() -> datetime:
    """The present moment, with its zone (UTC)."""
    return _stopped or datetime.now(UTC)  # noqa: TID251 - the one door for time


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Hold the time at one moment, for tests."""
    global _stopped  # noqa: PLW0603 - one clock for the process
    before, _stopped = _stopped, at
    try:
        yield
    finally:
        _stopped = before


def ago(**span: float) -> datetime:
    """The moment so many days, hours, minutes or seconds before now."""
    return now() - timedelta(**span)


def ahead(**span: float) -> datetime:
    """The moment so many days, hours, minutes or seconds after now."""
    return now() + timedelta(**span)
