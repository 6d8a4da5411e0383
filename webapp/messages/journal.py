"""Hits as the web processes write them down: one line, one write, nothing about a device.

A line survives the death of the process that wrote it. Files are named for the minute
they were begun in; a worker reads them from where it stopped and removes them when they
are old.
"""

import os
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

# A file takes the hits of so many seconds.
SPAN = 60
# Nobody can still be writing in a file this much older than its span.
SETTLED = 600
_NAME = re.compile(r"(\d{10})-[\w.-]+\.hits")
_LINE = re.compile(rb"(\d{1,19}) (\d{1,19}) (\d{13}) ([hm])\n")


@dataclass(frozen=True)
class Line:
    """An open (`link_id` 0) or a click, at a time in milliseconds since 1970."""

    message_id: int
    link_id: int
    at_ms: int
    by_machine: bool


class Writer:
    """The journal of one process; its threads share it."""

    def __init__(self, directory: Path) -> None:
        """Begin no file before the first hit: the process may still fork."""
        self._directory = directory
        self._owner = socket.gethostname()[:60]
        self._begun = 0
        self._handle = -1
        self._process = 0
        self._lock = Lock()

    def write(self, message_id: int, link_id: int, *, by_machine: bool) -> None:
        """Write one hit down. Raises OSError when the disk takes nothing more."""
        now = time.time()
        verdict = "m" if by_machine else "h"
        line = f"{message_id} {link_id} {int(now * 1000)} {verdict}\n"
        with self._lock:
            # A single write of a file opened for appending is never mixed with another.
            os.write(self._open(int(now) // SPAN * SPAN), line.encode("ascii"))

    def _open(self, begun: int) -> int:
        if begun == self._begun and os.getpid() == self._process:
            return self._handle
        if os.getpid() == self._process and self._handle >= 0:
            os.close(self._handle)
        self._directory.mkdir(parents=True, exist_ok=True)
        name = f"{begun:010d}-{self._owner}-{os.getpid()}-{os.urandom(4).hex()}.hits"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._handle = os.open(self._directory / name, flags, 0o600)
        self._begun, self._process = begun, os.getpid()
        return self._handle


def files(directory: Path) -> list[Path]:
    """The files of the journal, oldest first."""
    if not directory.is_dir():
        return []
    return sorted(path for path in directory.iterdir() if _NAME.fullmatch(path.name))


def read(path: Path, offset: int, most: int) -> tuple[list[Line], int]:
    """The whole lines after an offset, and the offset after them; `most` bytes at once."""
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(most)
    whole = data[: data.rfind(b"\n") + 1]
    return list(_lines(whole)), offset + len(whole)


def is_settled(path: Path) -> bool:
    """Whether nobody writes in this file any more."""
    found = _NAME.fullmatch(path.name)
    return bool(found) and time.time() > int(found[1]) + SPAN + SETTLED  # type: ignore[index]


def _lines(data: bytes) -> Iterator[Line]:
    for raw in data.splitlines(keepends=True):
        # A line cut short by a full disk is no hit.
        if found := _LINE.fullmatch(raw):
            message_id, link_id, at_ms = (int(found[n]) for n in (1, 2, 3))
            yield Line(message_id, link_id, at_ms, found[4] == b"m")
