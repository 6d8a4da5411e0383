"""The days of last opens as the web processes write them down: whose, and nothing else.

Apart from the journal of hits: its files are named for a minute, these for a day. A line is
the number of a contact; the file bears no hour either.
"""

import os
import re
import socket
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock

from webapp.core import clock

# A process that has seen so many people today forgets that it has: one more line does no harm.
_MOST = 200_000
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-[\w.-]+\.days")
_LINE = re.compile(rb"(\d{1,19})\n")


class Writer:
    """The journal of one process; each person once a day."""

    def __init__(self, directory: Path) -> None:
        """Begin no file before the first open."""
        self._directory = directory
        self._owner = socket.gethostname()[:60]
        self._day = date.min
        self._seen: set[int] = set()
        self._lock = Lock()

    def write(self, contact_id: int) -> None:
        """Write down that this person opened a message today (UTC). Raises OSError on a full disk."""
        with self._lock:
            today = clock.now().date()
            if today != self._day or len(self._seen) >= _MOST:
                self._day, self._seen = today, set()
            if contact_id not in self._seen:
                self._append(f"{contact_id}\n".encode("ascii"))
                self._seen.add(contact_id)

    def _append(self, line: bytes) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{self._day}-{self._owner}-{os.getpid()}.days"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        handle = os.open(path, flags, 0o600)
        try:
            # A single write of a file opened for appending is never mixed with another.
            os.write(handle, line)
            midnight = _midnight(self._day)
            os.utime(handle, (midnight, midnight))
        finally:
            os.close(handle)


def files(directory: Path) -> list[Path]:
    """The files of the journal, oldest first."""
    if not directory.is_dir():
        return []
    return sorted(path for path in directory.iterdir() if _NAME.fullmatch(path.name))


def day_of(path: Path) -> date:
    """The day a file is about."""
    return date.fromisoformat(path.name[:10])


def read(path: Path, offset: int, most: int) -> tuple[list[int], int]:
    """The contacts in the whole lines after an offset, and the offset after them."""
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(most)
    whole = data[: data.rfind(b"\n") + 1]
    lines = (_LINE.fullmatch(raw) for raw in whole.splitlines(keepends=True))
    return [int(found[1]) for found in lines if found], offset + len(whole)


def is_settled(path: Path) -> bool:
    """Whether nobody writes in this file any more: its day is over for an hour."""
    return clock.ago(hours=1).date() > day_of(path)


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
