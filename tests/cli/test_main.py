"""The `volontiers` command knows its commands without loading the application."""

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from webapp.cli.main import COMMANDS, main

ROOT = Path(__file__).parents[2]


def test_every_command_of_the_table_can_be_loaded_and_explains_itself():
    for name in COMMANDS:
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0, name
        assert result.output.startswith("Usage:")


def test_an_unknown_command_is_refused():
    assert CliRunner().invoke(main, ["fly"]).exit_code == 2


def test_the_process_that_runs_the_others_does_not_load_the_application():
    script = (
        "import sys, webapp.cli.running\n"
        "print([name for name in ('flask', 'sqlalchemy') if name in sys.modules])"
    )
    argv = [sys.executable, "-c", script]
    loaded = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout == "[]\n"
