"""Facts that features publish, and who listens: the table of listeners is in `webapp/wiring.py`."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Fact = TypeVar("Fact")

_listeners: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def listen(fact: type[Fact], listener: Callable[[Fact], None]) -> None:
    """Call the listener, in the same transaction, for each such fact; once even if asked twice."""
    if listener not in _listeners[fact]:
        _listeners[fact].append(listener)


def publish(fact: object) -> None:
    """Tell everybody who listens; an exception of theirs undoes the whole transaction."""
    for listener in _listeners[type(fact)]:
        listener(fact)
