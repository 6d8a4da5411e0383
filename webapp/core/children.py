"""Start programs that end when we end, even when we are killed with -9."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Account:
    """A system account a program runs as."""

    uid: int
    gid: int


def start(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    output: IO[bytes] | int,
    on_our_death: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that Ctrl-C reaches us alone.

    When the *thread* that called us ends, the kernel sends it `on_our_death`
    (prctl(2), Linux): call from a thread that lives as long as the program shall.
    """
    # subprocess changes the account before it calls preexec_fn; the other way
    # round, the change of account would clear the death signal.
    return subprocess.Popen(
        argv,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        cwd="/" if account else None,
        preexec_fn=_die_with(on_our_death),  # noqa: PLW1509 - a bare system call
    )


def end(process: subprocess.Popen[bytes], *, within: float) -> None:
    """Ask a program to stop; after `within` seconds, kill it and what it started."""
    if process.poll() is None:
        process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(within)
    kill_group(process)
    process.wait()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the program and every process it left behind in its session's group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def command_line(pid: int) -> list[str]:
    """Give the arguments a process was started with; none if it is gone."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return [os.fsdecode(part) for part in raw.split(b"\0")]


@dataclass
class Backoff:
    """How long to wait before starting again what died, longer if it died young."""

    first: float = 0.5
    longest: float = 30.0
    # A program that lived this long did start properly: begin again at `first`.
    healthy_after: float = 60.0
    _wait: float = field(default=0.0, init=False)
    _started: float = field(default_factory=time.monotonic, init=False)

    def started(self) -> None:
        """Remember that the program was started just now."""
        self._started = time.monotonic()

    def next_wait(self) -> float:
        """Seconds to wait now that the program died."""
        lived = time.monotonic() - self._started
        young = self._wait and lived < self.healthy_after
        self._wait = min(self._wait * 2, self.longest) if young else self.first
        return self._wait


def _die_with(signal_: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask_for_signal() -> None:
        prctl(PR_SET_PDEATHSIG, int(signal_))
        # We may have died between fork and prctl: then nobody would tell.
        if os.getppid() != parent:
            os._exit(1)

    return ask_for_signal
