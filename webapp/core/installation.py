"""The settings of the installation this code runs in."""

from typing import cast

from flask import current_app

from config.settings import Settings


def settings() -> Settings:
    """The settings of the running application."""
    return cast("Settings", current_app.extensions["settings"])


def address(path: str) -> str:
    """The public address of a page of ours, for a link in a mail."""
    return settings().base_url + path
