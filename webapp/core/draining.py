"""Whether this process was asked to end, so that long work stops at a good place."""

import threading

_asked = threading.Event()


def requested() -> bool:
    """Finish what is under way and begin nothing new."""
    return _asked.is_set()


def request() -> None:
    """Ask all long work of this process to come to its end."""
    _asked.set()


def withdraw() -> None:
    """Work goes on: a worker begins."""
    _asked.clear()
