"""Fixtures of the stories."""

import dataclasses

import pytest

from tests.workers.brokers import started_brokers
from tests.workers.harness import Installation
from tests.workers.sink import Sink

__all__ = ["started_brokers"]


@pytest.fixture
def sink():
    """A mail server that takes two milliseconds for each message."""
    with Sink(seconds=0.002) as server:
        yield server


@pytest.fixture
def broker_url(request, started_brokers):
    """PostgreSQL, unless the story asks for another."""
    return started_brokers(getattr(request, "param", "postgresql"))


@pytest.fixture
def house(settings, empty_tables, sink, broker_url, tmp_path):
    """An installation without processes yet."""
    own = dataclasses.replace(settings, broker_url=broker_url)
    installation = Installation(own, sink, tmp_path)
    installation.empty_broker()
    yield installation
    installation.close()
