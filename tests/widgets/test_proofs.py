"""Proofs of work: right, in time, for this widget, once."""

import base64
import hashlib
import json
from datetime import timedelta

import pytest

from tests.factories import widgets as make
from webapp.core import clock
from webapp.core.db import db
from webapp.widgets import proofs


@pytest.fixture(autouse=True)
def quick_riddles(monkeypatch):
    monkeypatch.setattr(proofs, "MAX_NUMBER", 50)


@pytest.fixture
def widget(workspace):
    return make.widget(workspace)


def solve(riddle):
    number = next(
        n
        for n in range(riddle["maxnumber"] + 1)
        if hashlib.sha256(f"{riddle['salt']}{n}".encode()).hexdigest()
        == riddle["challenge"]
    )
    return {**riddle, "number": number}


def written(solution):
    return base64.b64encode(json.dumps(solution).encode()).decode()


def solved(widget, **changes):
    return written({**solve(proofs.challenge(widget)), **changes})


@pytest.mark.covers("delivery-53")
def test_a_solution_counts_once(widget):
    solution = solved(widget)
    assert proofs.spend(widget, solution)
    assert not proofs.spend(widget, solution)


@pytest.mark.covers("delivery-53")
def test_the_same_solution_written_otherwise_is_still_spent(widget):
    solution = solve(proofs.challenge(widget))
    assert proofs.spend(widget, written(solution))
    assert not proofs.spend(widget, written({"took": 12, **solution}))


@pytest.mark.covers("delivery-53")
def test_a_solution_is_for_its_widget_alone(widget, workspace):
    other = make.widget(workspace, title="Autre")
    assert not proofs.spend(other, solved(widget))


@pytest.mark.covers("delivery-53")
def test_a_solution_expires(widget, stopped_clock):
    solution = solved(widget)
    with clock.stopped(clock.now() + proofs.VALID):
        assert not proofs.spend(widget, solution)
    assert proofs.spend(widget, solution)


@pytest.mark.parametrize(
    "changes",
    [
        {"algorithm": "SHA-1"},
        {"number": 51},
        {"number": -1},
        {"number": "1"},
        {"number": True},
        {"signature": "0" * 64},
        {"signature": "é\ud800"},
        {"challenge": hashlib.sha256(b"mine").hexdigest()},
        {"salt": None},
    ],
)
def test_a_solution_that_was_tampered_with_is_none(widget, changes):
    assert not proofs.spend(widget, solved(widget, **changes))


def test_digits_cannot_wander_between_salt_and_number(widget):
    """What counts together as the same text is not the same solution (challenge splicing)."""
    solution = solve(proofs.challenge(widget))
    while solution["number"] < 10:
        solution = solve(proofs.challenge(widget))
    first, *rest = str(solution["number"])
    spliced = {
        **solution,
        "salt": solution["salt"] + first,
        "number": int("".join(rest)),
    }
    assert not proofs.spend(widget, written(spliced))


@pytest.mark.parametrize(
    "typed", ["", "?", "e30=", "W10=", "bnVsbA==", "x" * 3000, "é", "WzEs" * 400]
)
def test_what_is_no_solution_is_none(widget, typed):
    assert not proofs.spend(widget, typed)


def test_a_sign_up_that_is_undone_does_not_spend_its_proof(widget):
    db.session.commit()
    solution = solved(widget)
    assert proofs.spend(widget, solution)
    db.session.rollback()
    assert proofs.spend(widget, solution)


def test_a_riddle_lasts_minutes(widget, stopped_clock):
    salt = proofs.challenge(widget)["salt"]
    until = int(salt.partition("expires=")[2].partition("&")[0])
    assert until == (clock.now() + timedelta(minutes=10)).timestamp()
