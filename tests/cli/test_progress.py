"""A long command says how far it is: to a person at a terminal, and sparingly to a log."""

import sys

import pytest

from webapp.cli import progress
from webapp.cli.progress import Progress


@pytest.fixture
def seconds(monkeypatch):
    """The clock of the command, in a list: its last number is now."""
    now = [0.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[-1])
    return now


def test_a_terminal_shows_the_rate_the_per_cent_and_the_time_that_is_left(
    seconds, capsys, monkeypatch
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    told = Progress("ledger.jsonl")
    told(1, 1_000_000)
    assert capsys.readouterr().err == ""
    seconds.append(10.0)
    told(250_000, 1_000_000)
    shown = capsys.readouterr().err
    assert "250,000 of 1,000,000 (25%)" in shown
    assert "25,000 a second, 0:30 to go" in shown
    assert "\n" not in shown
    told(1_000_000, 1_000_000)
    assert capsys.readouterr().err.endswith("to go\n")


def test_a_log_gets_a_line_for_each_tenth_and_none_for_what_is_short(seconds, capsys):
    told = Progress("maison-tilleul")
    seconds.append(1.0)
    for done in range(1, 20_001):
        told(done, 20_000)
    assert capsys.readouterr().err.count("\n") == 10
    for done in range(1, 101):
        told(done, 100)
    assert capsys.readouterr().err == ""
