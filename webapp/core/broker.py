"""The Dramatiq broker: PostgreSQL by default, Redis or RabbitMQ by address, in memory for tests."""

from typing import Any

import dramatiq
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import (
    AgeLimit,
    Callbacks,
    CurrentMessage,
    Middleware,
    ShutdownNotifications,
    TimeLimit,
)
from sqlalchemy.engine import make_url

from config.settings import BadSetting, Settings
from webapp.core.jobs import QUEUES

# A worker that dies gives its wake-ups back after this; the sweep is faster, so it may be long.
HEARTBEAT_SECONDS = 15
# Threads of one worker process that may hold a connection beside the queues' own.
THREADS = 8


def make_broker(settings: Settings) -> dramatiq.Broker:
    """The broker of this installation.

    :raises BadSetting: when BROKER_URL has a scheme we do not know.
    """
    url = settings.broker_url or settings.database_url
    scheme = url.split(":", 1)[0]
    makers = {
        "postgresql+psycopg": _postgres,
        "postgresql": _postgres,
        "redis": _redis,
        "rediss": _redis,
        "amqp": _rabbitmq,
        "amqps": _rabbitmq,
        "stub": _stub,
    }
    if scheme not in makers:
        message = f"BROKER_URL: {scheme}:// is not one of postgresql, redis, amqp"
        raise BadSetting(message)
    broker = makers[scheme](url)
    for queue in QUEUES:
        broker.declare_queue(queue)
    return broker


def _middleware() -> list[Middleware]:
    # No Retries: rows are retried by the sweep, never a message by the broker.
    return [
        AgeLimit(),
        TimeLimit(),
        ShutdownNotifications(notify_shutdown=True),
        Callbacks(),
        CurrentMessage(),
    ]


def _postgres(url: str) -> dramatiq.Broker:
    from dramatiq_postgres import PostgresBroker
    from psycopg_pool import ConnectionPool

    plain = make_url(url).set(drivername="postgresql")
    # Two connections are held for each queue, one listens: a smaller pool deadlocks.
    pool: ConnectionPool[Any] = ConnectionPool(
        plain.render_as_string(hide_password=False),
        min_size=0,
        max_size=2 * len(QUEUES) + THREADS + 3,
        open=True,
        check=ConnectionPool.check_connection,
    )
    return PostgresBroker(  # type: ignore[no-any-return]
        pool=pool,
        results=False,
        heartbeat_interval=HEARTBEAT_SECONDS / 3,
        heartbeat_ttl=HEARTBEAT_SECONDS,
        maintenance_interval=HEARTBEAT_SECONDS,
        middleware=_middleware(),
    )


def _redis(url: str) -> dramatiq.Broker:
    from dramatiq.brokers.redis import RedisBroker

    # By default a dead worker's messages come back by luck, once in a thousand commands.
    return RedisBroker(  # type: ignore[no-untyped-call]
        url=url,
        middleware=_middleware(),
        maintenance_chance=100_000,
        heartbeat_timeout=HEARTBEAT_SECONDS * 1000,
    )


def _rabbitmq(url: str) -> dramatiq.Broker:
    from dramatiq.brokers.rabbitmq import RabbitmqBroker

    return RabbitmqBroker(url=url, confirm_delivery=True, middleware=_middleware())


def _stub(_url: str) -> dramatiq.Broker:
    return StubBroker(middleware=_middleware())
