"""The settings of this installation, for the domain modules that need one."""

from flask import current_app

from config.settings import Settings


def settings() -> Settings:
    """The settings the running application was made with."""
    loaded: Settings = current_app.extensions["settings"]
    return loaded
