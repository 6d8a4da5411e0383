"""Runs the migrations on the database of this installation, one transaction for each."""

from alembic import context
from sqlalchemy import Connection, NullPool, create_engine, text

from config import settings
from webapp.app import load_models
from webapp.core.db import Model


def run(connection: Connection) -> None:
    """Bring the database behind this connection up to date."""
    # A migration that cannot get its lock fails at once rather than queueing everybody behind it.
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        transaction_per_migration=True,
        compare_type=True,
        include_object=lambda _object, name, kind, reflected, _to: (
            not (kind == "table" and reflected and str(name).startswith("dramatiq"))
        ),
    )
    with context.begin_transaction():
        context.run_migrations()


def online() -> None:
    """Use the connection handed over, or make one from the settings."""
    handed = context.config.attributes.get("connection")
    if handed is not None:
        run(handed)
        return
    url = context.config.attributes.get("url") or settings.load().database_url
    with create_engine(url, poolclass=NullPool).connect() as connection:
        run(connection)
        connection.commit()


load_models()
online()
