"""A mail server that is down from the first message on, comes, goes, and comes back."""

import dataclasses

from tests.workers.harness import Installation, addresses, wait_until
from tests.workers.sink import Sink

PATIENCE = 300


def run(settings, directory, people):
    """Send a campaign to so many; how often each got it, and how many messages stand where."""
    with Sink(seconds=0.0005) as sink:
        own = dataclasses.replace(settings, broker_url="")
        house = Installation(own, sink, directory)
        try:
            house.empty_broker()
            return _deliver(house, people)
        finally:
            house.close()


def _deliver(house, people):
    sink = house.sink
    sink.go_down()
    house.begin_scheduler()
    house.begin_workers()
    campaign, _everybody = house.campaign(people)
    wait_until(lambda: house.trouble(campaign), PATIENCE)
    for part in (people // 10, people // 2):
        sink.come_up()
        wait_until(lambda enough=part: len(sink.accepted) >= enough, PATIENCE)
        sink.go_down()
        wait_until(lambda: house.trouble(campaign), PATIENCE)
    sink.come_up()
    house.wait_sent(campaign, PATIENCE)
    return addresses(sink), house.counts(campaign)
