"""A lock that one process of the machine holds, and that its death releases."""

import fcntl
import os
from pathlib import Path


class HeldByAnother(RuntimeError):
    """Another process holds the lock; `owner` is its number."""

    def __init__(self, owner: str) -> None:
        """Keep who holds it."""
        super().__init__(f"held by process {owner}")
        self.owner = owner


class LockFile:
    """A file that names its owner; the kernel frees it when the owner dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self) -> None:
        handle = os.open(self.path, os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(handle, 20).decode() or "?"
            os.close(handle)
            raise HeldByAnother(owner) from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        self._handle = handle

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
