"""Who reacts to what: every fact and its listeners, in one table."""

from collections.abc import Callable
from typing import Any

from webapp.core import events

LISTENERS: dict[type, list[Callable[[Any], None]]] = {}


def init_app() -> None:
    """Connect the listeners; calling it twice connects them once."""
    for fact, listeners in LISTENERS.items():
        for listener in listeners:
            events.listen(fact, listener)
