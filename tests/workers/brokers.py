"""Brokers of our own for the length of a test run: Redis and RabbitMQ on free ports."""

import contextlib
import os
import signal
import socket
import subprocess
import time

import pika
import pytest
import redis
from pika.exceptions import AMQPError

from config.settings import child_environment

RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@contextlib.contextmanager
def running(argv, **environment):
    """A program in a group of its own, ended with all its children."""
    program = subprocess.Popen(
        argv,
        env=child_environment(**environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield program
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGTERM)
        try:
            program.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait(10)


@contextlib.contextmanager
def redis_server(directory):
    with redis_at(free_port(), directory) as (_program, url):
        yield url


@contextlib.contextmanager
def redis_at(port, directory):
    """The program and its address."""
    quiet = ["--save", "", "--appendonly", "no", "--dir", str(directory)]
    argv = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), *quiet]
    with running(argv) as program:
        url = f"redis://127.0.0.1:{port}/0"
        _wait(lambda: redis.Redis.from_url(url).ping(), redis.RedisError)
        yield program, url


@contextlib.contextmanager
def rabbitmq(directory):
    port, distribution, mapper = free_port(), free_port(), free_port()
    environment = {
        "HOME": str(directory),
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"stories{port}@localhost",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(directory / "mnesia"),
        "RABBITMQ_LOG_BASE": str(directory / "log"),
        "RABBITMQ_PID_FILE": str(directory / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "plugins"),
        "RABBITMQ_CONF_ENV_FILE": str(directory / "none"),
    }
    url = f"amqp://guest:guest@127.0.0.1:{port}/"
    # In the foreground, or the node leaves one behind that nobody ends.
    with (
        running(["epmd", "-port", str(mapper)], **environment),
        running([RABBITMQ], **environment),
    ):
        _wait(
            lambda: pika.BlockingConnection(pika.URLParameters(url)).close(), AMQPError
        )
        yield url


def _wait(answers, error, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return answers()
        except (error, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


SERVERS = {"redis": redis_server, "rabbitmq": rabbitmq}


@pytest.fixture(scope="session")
def started_brokers(tmp_path_factory):
    """url(kind), each server started at the first question and kept until the end."""
    with contextlib.ExitStack() as stack:
        urls = {"postgresql": ""}

        def url(kind):
            if kind not in urls:
                directory = tmp_path_factory.mktemp(kind)
                urls[kind] = stack.enter_context(SERVERS[kind](directory))
            return urls[kind]

        yield url
