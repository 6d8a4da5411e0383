"""Keep programs running, show what they say, and stop them in order."""

import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from types import FrameType

import click

from webapp.cli.programs import Program
from webapp.core import children
from webapp.core.children import Backoff

TICK = 0.1
COLORS = ("cyan", "green", "yellow", "magenta", "blue")


class Output:
    """What all programs say, each line under its program's name."""

    def __init__(self, names: Sequence[str], *, prefixed: bool = True) -> None:
        """Give each name a colour; JSON lines go out as they are, without a prefix."""
        self.prefixed = prefixed
        self._width = max(map(len, names), default=0)
        self._colors = {
            name: COLORS[place % len(COLORS)] for place, name in enumerate(names)
        }

    def say(self, name: str, line: str) -> None:
        """Show one line of a program."""
        prefix = click.style(f"{name:{self._width}} | ", fg=self._colors.get(name))
        click.echo(f"{prefix}{line}" if self.prefixed else line)

    def follow(self, name: str, process: subprocess.Popen[bytes]) -> None:
        """Show what a process says until it and its children close their output."""
        threading.Thread(target=self._copy, args=(name, process), daemon=True).start()

    def _copy(self, name: str, process: subprocess.Popen[bytes]) -> None:
        if not process.stdout:
            return
        with process.stdout:
            for line in process.stdout:
                self.say(name, line.decode(errors="replace").rstrip("\r\n"))


class Child:
    """One program that is started again whenever it ends unasked."""

    def __init__(
        self, program: Program, env: Mapping[str, str], output: Output
    ) -> None:
        """Start the program."""
        self.program = program
        self._env = env
        self._output = output
        self._backoff = Backoff()
        self._restart_at: float | None = None
        self._process = self._start()

    def tend(self) -> None:
        """Start the program again if it ended and has waited long enough."""
        if self._restart_at is None and self._process.poll() is not None:
            # What it left behind would hold its port or do its work twice.
            children.kill_group(self._process)
            wait = self._backoff.next_wait()
            self._restart_at = time.monotonic() + wait
            ended = f"ended ({_outcome(self._process.returncode)})"
            self._output.say(self.program.name, f"{ended}; starts again in {wait:g} s")
        if self._restart_at is not None and time.monotonic() >= self._restart_at:
            self._restart_at = None
            self._process = self._start()

    def ask_to_stop(self) -> None:
        """Send SIGTERM, once."""
        self._process.terminate()

    def is_running(self) -> bool:
        """Tell whether it still has work to finish."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it and all it started, now."""
        children.kill_group(self._process)
        self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        self._backoff.started()
        process = children.start(
            self.program.argv, env=self._env, output=subprocess.PIPE
        )
        self._output.follow(self.program.name, process)
        return process


class Supervisor:
    """Runs programs until SIGINT or SIGTERM; a second signal hurries."""

    def __init__(
        self, programs: Sequence[Program], env: Mapping[str, str], output: Output
    ) -> None:
        """Take over the signals; nothing is started yet."""
        self._programs = programs
        self._env = env
        self._output = output
        self._signals = 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)

    def run(self) -> None:
        """Start all, tend them until asked to stop, then stop all in reverse order."""
        running: list[Child] = []
        try:
            for program in self._programs:
                child = Child(program, self._env, self._output)
                running.append(child)
            while not self._signals:
                for child in running:
                    child.tend()
                time.sleep(TICK)
        finally:
            for child in reversed(running):
                self._stop(child)

    def _stop(self, child: Child) -> None:
        if child.is_running():
            self._output.say(child.program.name, "stopping")
            child.ask_to_stop()
        deadline = time.monotonic() + child.program.stop_within
        while child.is_running() and self._signals < 2 and time.monotonic() < deadline:
            time.sleep(TICK / 2)
        child.kill()

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1


def run_once(program: Program, env: Mapping[str, str], output: Output) -> bool:
    """Run a program to its end, whatever interrupts us; tell whether it succeeded."""
    process = children.start(program.argv, env=env, output=subprocess.PIPE)
    output.follow(program.name, process)
    try:
        return process.wait() == 0
    finally:
        children.end(process, within=program.stop_within)


def _outcome(code: int) -> str:
    if code >= 0:
        return f"code {code}"
    return f"killed by {signal.Signals(-code).name}"
