"""`volontiers migrate`: bring the database up to date."""

import click
from alembic import command
from alembic.config import Config

from config import settings
from config.settings import ROOT
from webapp.core.embedded_postgres import AlreadyRunning, at_hand
from webapp.core.postgres_programs import PostgresUnavailable


@click.command()
def migrate() -> None:
    """Bring the database up to date."""
    try:
        with at_hand(settings.load()) as url:
            command.upgrade(alembic_config(url), "head")
    except (AlreadyRunning, PostgresUnavailable, settings.BadSetting) as reason:
        raise click.ClickException(str(reason)) from reason


def alembic_config(url: str) -> Config:
    """Tell Alembic where the migrations are and which database is meant."""
    config = Config(ROOT / "migrations" / "alembic.ini")
    config.attributes["url"] = url
    return config
