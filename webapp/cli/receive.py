"""`volontiers receive`: take the mail that comes back."""

import dataclasses
import signal
import time

import click

from config import logs, settings
from config.settings import ReturnListener, Settings
from webapp.app import create_app
from webapp.core.embedded_postgres import AlreadyRunning, at_hand
from webapp.core.postgres_programs import PostgresUnavailable
from webapp.incoming.receiver import Receiver, ReturnServer

STOPPING = (signal.SIGTERM, signal.SIGINT)
TICK = 0.2


@click.command()
def receive() -> None:
    """Take the mail that comes back, as RETURN_PATH_LISTEN says."""
    try:
        loaded = settings.load()
        if loaded.return_listener is None:
            raise click.ClickException(
                "Set RETURN_PATH_LISTEN, such as 127.0.0.1:2526 or lmtp://127.0.0.1:2524."
            )
        with at_hand(loaded) as url:
            _serve(
                dataclasses.replace(loaded, database_url=url), loaded.return_listener
            )
    except (AlreadyRunning, PostgresUnavailable, settings.BadSetting) as reason:
        raise click.ClickException(str(reason)) from reason


def server(loaded: Settings, listener: ReturnListener) -> ReturnServer:
    """Make the server of this installation."""
    app = create_app(loaded)
    receiver = Receiver(app.app_context, loaded.feedback_address)
    return ReturnServer(
        receiver,
        listener.host,
        listener.port,
        lmtp=listener.lmtp,
        name=loaded.return_host or "localhost",
    )


def _serve(loaded: Settings, listener: ReturnListener) -> None:
    logs.init(loaded)
    # A plain flag: an Event set by a signal handler could deadlock with who waits on it.
    asked: list[int] = []
    for signum in STOPPING:
        signal.signal(signum, lambda number, _: asked.append(number))
    running = server(loaded, listener)
    running.start()
    click.echo(f"What comes back is heard on {listener.host}:{listener.port}.")
    while not asked:
        time.sleep(TICK)
    running.stop()
    running.handler.flush()
