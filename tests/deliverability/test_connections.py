"""Ways to mail servers: kept by the thread that opened them, and not for ever."""

import pytest

from webapp.deliverability import connections
from webapp.deliverability.transports.smtp_server import SmtpServer


@pytest.fixture
def servers():
    connections.close_all()
    yield [
        SmtpServer(f"smtp{number}.example", 587)
        for number in range(connections.MOST + 1)
    ]
    connections.close_all()


def test_a_thread_keeps_its_way_to_a_server(servers):
    way = connections.transport_to(servers[0])
    assert connections.transport_to(servers[0]) is way


def test_of_many_servers_a_thread_keeps_the_latest(servers):
    ways = [connections.transport_to(server) for server in servers]
    assert connections.transport_to(servers[-1]) is ways[-1]
    assert connections.transport_to(servers[0]) is not ways[0]


def test_a_server_that_is_asked_again_and_again_is_kept(servers):
    way = connections.transport_to(servers[0])
    for server in servers[1:]:
        connections.transport_to(server)
        assert connections.transport_to(servers[0]) is way
