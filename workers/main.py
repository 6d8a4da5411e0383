"""What `dramatiq workers.main:start` runs in each worker process."""

import importlib

import dramatiq
from flask import Flask

from config import logs, settings
from webapp.app import create_app
from workers.actors import declare_actors

# One file a feature.
PERFORMERS: tuple[str, ...] = (
    "analytics",
    "campaigns",
    "consent",
    "contact_pages",
    "deliverability",
    "exports",
    "duplicates",
    "imports",
    "incoming",
    "lanes",
    "messages",
    "purchases",
    "quality",
    "reputation",
    "segments",
    "subscriptions",
    "widgets",
)


def start() -> None:
    """Make the application and declare its actors; Dramatiq calls this once a process."""
    loaded = settings.load()
    logs.init(loaded)
    connect(create_app(loaded))


def connect(app: Flask) -> dramatiq.Broker:
    """Declare every actor on the application's broker and make it Dramatiq's own."""
    for feature in PERFORMERS:
        importlib.import_module(f"workers.{feature}")
    broker: dramatiq.Broker = app.extensions["broker"]
    dramatiq.set_broker(broker)
    declare_actors(app, broker)
    return broker
