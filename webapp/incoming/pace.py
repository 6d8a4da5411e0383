"""How much may come in at a time, before it is asked to come back later."""

import threading
from collections.abc import Callable
from time import monotonic


class Pace:
    """So many a minute on average, with as many in store for a sudden rush."""

    def __init__(self, per_minute: int, now: Callable[[], float] = monotonic) -> None:
        """`now` gives seconds."""
        self._most = float(per_minute)
        self._left = self._most
        self._now = now
        self._seen = now()
        self._lock = threading.Lock()

    def lets_through(self) -> bool:
        """Whether one more may come in now."""
        with self._lock:
            now = self._now()
            gained = (now - self._seen) * self._most / 60
            self._left, self._seen = min(self._most, self._left + gained), now
            if self._left < 1:
                return False
            self._left -= 1
            return True
