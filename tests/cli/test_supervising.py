"""Programs are kept running, stopped in order, and never outlive their supervisor."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.settings import child_environment

ROOT = Path(__file__).parents[2]

# Runs programs given as "name: python code"; each notes in a file what happens to it.
SUPERVISOR = """
import sys
from config.settings import child_environment
from webapp.cli.programs import Program
from webapp.cli.supervising import Output, Supervisor

names = sys.argv[2::2]
programs = [
    Program(name, [sys.executable, "-c", code, sys.argv[1], name], stop_within=STOP)
    for name, code in zip(names, sys.argv[3::2])
]
Supervisor(programs, child_environment(), Output(names, prefixed=PREFIXED)).run()
"""

NOTE = """
import os, signal, subprocess, sys, time
def note(word):
    with open(sys.argv[1], "a") as file:
        file.write(f"{sys.argv[2]} {word} {os.getpid()}\\n")
"""
OBEDIENT = (
    NOTE
    + """
def stop(*_):
    time.sleep(0.2)
    note("stopped")
    sys.exit()
signal.signal(signal.SIGTERM, stop)
note("started")
while True: time.sleep(60)
"""
)
STUBBORN = (
    NOTE
    + """
signal.signal(signal.SIGTERM, lambda *_: note("asked"))
note("started")
while True: time.sleep(60)
"""
)
DYING = NOTE + 'note("started"); print("last words"); sys.exit(3)'
# Leaves a child behind, as a web server killed with -9 leaves its workers.
FORKING = (
    NOTE
    + """
left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open(sys.argv[1], "a") as file:
    file.write(f"{sys.argv[2]} left {left.pid}\\n")
time.sleep(600)
"""
)


class Run:
    """A supervisor in a process of its own, and what its programs noted."""

    def __init__(self, notes, programs, stop_within, prefixed):
        self.notes = notes
        script = SUPERVISOR.replace("STOP", str(stop_within))
        script = script.replace("PREFIXED", str(prefixed))
        arguments = [part for pair in programs.items() for part in pair]
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, str(notes), *arguments],
            cwd=ROOT,
            env=child_environment(),
            stdout=subprocess.PIPE,
            text=True,
        )

    def events(self):
        text = self.notes.read_text() if self.notes.exists() else ""
        return [tuple(line.split()[:2]) for line in text.splitlines()]

    def pids(self):
        return [int(line.split()[2]) for line in self.notes.read_text().splitlines()]

    def wait_for(self, *event, times=1):
        wait_until(lambda: self.events().count(event) >= times)

    def signal(self, number):
        self.process.send_signal(number)

    def finish(self):
        output, _ = self.process.communicate(timeout=60)
        return output


@pytest.fixture
def run(tmp_path):
    started = []

    def start(programs, *, stop_within=20, prefixed=True):
        started.append(Run(tmp_path / "notes", programs, stop_within, prefixed))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_each_program_after_those_that_started_later(run, number):
    supervisor = run({"first": OBEDIENT, "second": OBEDIENT, "third": OBEDIENT})
    for name in ("first", "second", "third"):
        supervisor.wait_for(name, "started")
    supervisor.signal(number)
    supervisor.finish()
    assert supervisor.process.returncode == 0
    stopped = [name for name, word in supervisor.events() if word == "stopped"]
    assert stopped == ["third", "second", "first"]


def test_a_program_that_dies_is_started_again_and_the_others_go_on(run):
    supervisor = run({"dying": DYING, "steady": OBEDIENT})
    supervisor.wait_for("dying", "started", times=3)
    supervisor.wait_for("steady", "started")
    supervisor.signal(signal.SIGINT)
    output = supervisor.finish()
    assert "ended (code 3); starts again in 0.5 s" in output
    assert "ended (code 3); starts again in 1 s" in output
    assert supervisor.events().count(("steady", "started")) == 1


def test_a_killed_program_is_started_again_and_what_it_left_behind_is_ended(run):
    supervisor = run({"web": FORKING})
    supervisor.wait_for("web", "left")
    left = supervisor.pids()[0]
    parent = int(Path(f"/proc/{left}/stat").read_text().rsplit(")", 1)[1].split()[1])
    os.kill(parent, signal.SIGKILL)
    supervisor.wait_for("web", "left", times=2)
    assert not is_alive(left)
    supervisor.signal(signal.SIGINT)
    assert "killed by SIGKILL" in supervisor.finish()


def test_killing_the_supervisor_leaves_no_program(run):
    supervisor = run({"first": OBEDIENT, "second": OBEDIENT})
    supervisor.wait_for("first", "started")
    supervisor.wait_for("second", "started")
    supervisor.signal(signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, supervisor.pids())))
    supervisor.wait_for("first", "stopped")
    supervisor.wait_for("second", "stopped")


def test_a_program_that_does_not_stop_is_killed_when_its_time_is_over(run):
    supervisor = run({"stubborn": STUBBORN}, stop_within=0.5)
    supervisor.wait_for("stubborn", "started")
    supervisor.signal(signal.SIGINT)
    supervisor.finish()
    assert ("stubborn", "asked") in supervisor.events()
    assert not any(map(is_alive, supervisor.pids()))


def test_a_second_signal_hurries(run):
    supervisor = run({"stubborn": STUBBORN}, stop_within=3600)
    supervisor.wait_for("stubborn", "started")
    supervisor.signal(signal.SIGINT)
    supervisor.wait_for("stubborn", "asked")
    supervisor.signal(signal.SIGINT)
    supervisor.finish()
    assert supervisor.process.returncode == 0
    assert not any(map(is_alive, supervisor.pids()))


def test_each_line_says_which_program_wrote_it(run):
    supervisor = run({"dying": DYING, "b": OBEDIENT})
    supervisor.wait_for("dying", "started", times=2)
    supervisor.signal(signal.SIGINT)
    assert "dying | last words\n" in supervisor.finish()


def test_json_lines_are_left_whole(run):
    supervisor = run({"dying": DYING}, prefixed=False)
    supervisor.wait_for("dying", "started", times=2)
    supervisor.signal(signal.SIGINT)
    assert "last words\n" in supervisor.finish().splitlines(keepends=True)
