"""Hits as the web processes write them down: one line each, nothing about a device.

A line is written into memory that the kernel keeps for the file: it survives the death of the
process at once, and costs no call. Room is reserved on the disk beforehand, so that a full
one is noticed before a hit is promised. Files are named for the minute they were begun in; a
worker reads them from where it stopped and removes them when nobody writes there any more.
"""

import os
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from threading import Lock

# A file takes the hits of so many seconds, or so many bytes. Whoever changes the room changes
# the ending of the names too: a process of before may still be writing.
SPAN = 60
ROOM = 1 << 20
# Nobody can still be writing in a file this much older than its span.
SETTLED = 600
_NAME = re.compile(r"(\d{10})-[\w.-]+\.(hits|lines)")
_LINE = re.compile(rb"(\d{1,19}) (\d{1,19}) (\d{13}) ([a-z])\n")


@dataclass(frozen=True, slots=True)
class Line:
    """An open (`link_id` 0) or a click, at a time in milliseconds since 1970."""

    message_id: int
    link_id: int
    at_ms: int
    # What the request showed: see `machines`.
    letter: str


class Writer:
    """The journal of one process; its threads share it."""

    def __init__(self, directory: Path) -> None:
        """Begin no file before the first hit: the process may still fork."""
        self._directory = directory
        self._owner = socket.gethostname()[:60]
        self._until = 0.0
        self._place = self._process = 0
        self._room: mmap | None = None
        self._handle = -1
        self._lock = Lock()

    def write(self, message_id: int, link_id: int, letter: str) -> None:
        """Write one hit down. Raises OSError when the disk takes nothing more."""
        now = time.time()
        line = b"%d %d %d %c\n" % (message_id, link_id, int(now * 1000), ord(letter))
        with self._lock:
            end = self._place + len(line)
            room = self._room
            fits = end <= ROOM and now < self._until and os.getpid() == self._process
            if room is None or not fits:
                room, end = self._begin(now), len(line)
            # Whoever reads meanwhile stops at a zero: the end of the line comes last.
            room[end - len(line) : end - 1] = line[:-1]
            room[end - 1] = 10
            self._place = end

    def _begin(self, now: float) -> mmap:
        self._leave()
        self._directory.mkdir(parents=True, exist_ok=True)
        begun = int(now) // SPAN * SPAN
        name = f"{begun:010d}-{self._owner}-{os.getpid()}-{os.urandom(4).hex()}"
        path = self._directory / f"{name}.new"
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._handle = os.open(path, flags, 0o600)
        try:
            os.posix_fallocate(self._handle, 0, ROOM)
            self._room = mmap(self._handle, ROOM)
        except OSError:
            self._leave()
            path.unlink()
            raise
        # Named only now: a shorter file is one that nobody writes in.
        path.rename(self._directory / f"{name}.lines")
        self._until, self._place, self._process = begun + SPAN, 0, os.getpid()
        return self._room

    def _leave(self) -> None:
        """Give back the room that was not needed, unless the file is the parent process's."""
        handle, self._handle = self._handle, -1
        room, self._room = self._room, None
        if room is not None:
            room.close()
        if handle >= 0:
            if os.getpid() == self._process and self._place < ROOM:
                os.ftruncate(handle, self._place)
            os.close(handle)


def files(directory: Path) -> list[Path]:
    """The files of the journal, oldest first."""
    if not directory.is_dir():
        return []
    return sorted(path for path in directory.iterdir() if _NAME.fullmatch(path.name))


def read(
    path: Path, offset: int, most: int, *, settled: bool = False
) -> tuple[list[Line], int]:
    """The whole lines after an offset, and the offset after them; `most` bytes at once.

    :param settled: that nobody writes there any more: what a crash left empty is passed over.
    """
    whole = _whole(path, offset, most, settled=settled)
    return list(_lines(whole)), offset + len(whole)


def used(path: Path) -> int:
    """How many bytes of a file are hits, and not room for more."""
    return len(_whole(path, 0, -1)) if _NAME.fullmatch(path.name) else _size(path)


def is_settled(path: Path) -> bool:
    """Whether nobody writes in this file any more."""
    found = _NAME.fullmatch(path.name)
    if not found:
        return False
    if found[2] == "lines" and _size(path) < ROOM:
        return True
    return time.time() > int(found[1]) + SPAN + SETTLED


def _size(path: Path) -> int:
    return path.stat().st_size


def _whole(path: Path, offset: int, most: int, *, settled: bool = False) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(most)
    written = data if settled else data.partition(b"\0")[0]
    return written[: written.rfind(b"\n") + 1]


def _lines(data: bytes) -> Iterator[Line]:
    for raw in data.splitlines(keepends=True):
        # A line cut short by a full disk is no hit.
        if found := _LINE.fullmatch(raw.lstrip(b"\0")):
            message_id, link_id, at_ms = (int(found[n]) for n in (1, 2, 3))
            yield Line(message_id, link_id, at_ms, found[4].decode("ascii"))
