"""A broker that dies and comes back empty in the middle of a campaign."""

import contextlib
import dataclasses

import pytest

from tests.workers import brokers
from tests.workers.harness import Installation, addresses, wait_until


@pytest.fixture
def broker(tmp_path):
    """A Redis that can be started again on its port, with nothing in it."""
    with contextlib.ExitStack() as stack:
        port = brokers.free_port()
        yield lambda: stack.enter_context(brokers.redis_at(port, tmp_path))


def test_a_campaign_survives_the_death_of_its_broker(
    settings, empty_tables, sink, broker, tmp_path
):
    first, url = broker()
    own = dataclasses.replace(settings, broker_url=url)
    house = Installation(own, sink, tmp_path)
    try:
        house.begin_scheduler()
        house.begin_workers()
        campaign, people = house.campaign(1500)
        wait_until(lambda: len(sink.accepted) >= 300)
        house.kill(first)
        broker()
        house.wait_sent(campaign)
        assert addresses(sink) == dict.fromkeys(people, 1)
        assert house.counts(campaign) == {"sent": 1500}
    finally:
        house.close()
