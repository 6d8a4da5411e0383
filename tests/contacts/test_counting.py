"""Figures over everybody: at once where people are few, remembered with their time where they are many."""

from datetime import timedelta

import pytest

from tests.factories import accounts as make_accounts
from tests.factories import audience as make
from webapp.contacts import counting
from webapp.core import clock

SUBJECT = ("audience", 1)


@pytest.fixture
def crowd(workspace, monkeypatch, stopped_clock):
    """Three people, which is many here."""
    monkeypatch.setattr(counting, "MANY", 2)
    for _ in range(3):
        make.contact(workspace)
    return workspace


def ask(workspace, people, *, now=False, question="all", subject=SUBJECT):
    return counting.figures(
        workspace, subject, question, lambda: {"people": people}, now=now
    )


def test_few_people_are_counted_at_once_each_time(workspace):
    make.contact(workspace)
    for people in (1, 2):
        counted = ask(workspace, people)
        assert (counted.figures, counted.is_new) == ({"people": people}, True)


def test_many_people_are_counted_when_somebody_waits_for_it(crowd):
    assert ask(crowd, 3) is None
    assert ask(crowd, 3, now=True).figures == {"people": 3}


def test_what_was_counted_is_told_again_with_its_time(crowd):
    ask(crowd, 3, now=True)
    then = clock.now()
    with clock.stopped(then + timedelta(minutes=5)):
        counted = ask(crowd, 4)
        assert (counted.figures, counted.at) == ({"people": 3}, then)
        assert (counted.is_new, counted.is_fresh) == (False, True)
        ask(crowd, 4, now=True)
        assert ask(crowd, 5).figures == {"people": 4}


def test_old_figures_are_shown_and_not_believed(crowd):
    ask(crowd, 3, now=True)
    with clock.stopped(clock.ahead(minutes=11)):
        assert ask(crowd, 4).is_fresh is False


def test_another_question_or_subject_is_counted_anew(crowd):
    ask(crowd, 3, now=True)
    assert ask(crowd, 3, question="Lyon") is None
    assert ask(crowd, 3, subject=("segment", 1)) is None


def test_nobody_is_told_the_figures_of_another_workspace(crowd):
    ask(crowd, 3, now=True)
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    for _ in range(3):
        make.contact(other)
    assert ask(other, 9) is None
