"""Processes that die at random moments; `make faults` does it many times over."""

import pytest

from tests.faults import killing
from tests.faults.killing import Plan


@pytest.mark.covers("delivery-22")
@pytest.mark.parametrize("machines", [1, 2])
def test_whoever_is_killed_nobody_gets_it_twice_and_nobody_is_forgotten(
    settings, empty_tables, tmp_path, machines
):
    plan = Plan(people=1000, machines=machines, deaths=4, seed=machines)
    tally = killing.run(settings, tmp_path, plan)
    assert (tally.doubled, tally.missing, tally.wrong) == (0, 0, 0)
    assert sum(tally.statuses.values()) == 1000
    assert tally.uncertain <= tally.in_flight
