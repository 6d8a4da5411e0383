"""A command of ours in a process of its own: how long it took and the most memory it held.

`python -m tests.bench.peak ledger verify FILE`
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from config.settings import ROOT, child_environment


def run(*words, environment=None):
    """Seconds and megabytes of `volontiers WORDS`, and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.peak", *map(str, words)],
        cwd=ROOT,
        env=child_environment(**(environment or {})),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    *said, figures = done.stdout.splitlines()
    seconds, megabytes = map(float, figures.split())
    return seconds, megabytes, "\n".join(said)


def main():
    if sys.argv[1] == "-proofs":
        _proofs(int(sys.argv[2]))
        return
    if sys.argv[1] == "-duplicates":
        _duplicates(int(sys.argv[2]))
        return
    # The program of the installation, imported before the clock starts.
    from webapp.cli.main import main as program

    began = time.perf_counter()
    program(sys.argv[1:], standalone_mode=False)
    print(time.perf_counter() - began, _peak())


def _proofs(number):
    """What a worker does for the proofs of a list."""
    from config.settings import load
    from webapp.app import create_app
    from webapp.contact_pages import proof_exports

    app = create_app(load())
    began = time.perf_counter()
    with app.app_context():
        proof_exports.perform(number)
    print(time.perf_counter() - began, _peak())


def _duplicates(number):
    """What a worker does to find the duplicates of a workspace, and what a search then tells."""
    from config.settings import load
    from webapp.accounts.models import Workspace
    from webapp.app import create_app
    from webapp.core.db import db
    from webapp.duplicates import finding

    app = create_app(load())
    began = time.perf_counter()
    with app.app_context():
        run = finding.find(db.session.get_one(Workspace, number))
        print(json.dumps(run.figures))
    print(time.perf_counter() - began, _peak())


def _peak():
    status = Path(f"/proc/{os.getpid()}/status").read_text()
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
