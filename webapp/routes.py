"""The site map: every blueprint and its address."""

from flask import Blueprint, Flask

from webapp.accounts.current import WORKSPACE_PREFIX

# Pages about one workspace, below /w/<its slug>.
WORKSPACE_PAGES: list[tuple[Blueprint, str]] = []
# Everything else.
OTHER_PAGES: list[tuple[Blueprint, str]] = []


def init_app(app: Flask) -> None:
    """Put every page at its address."""
    for blueprint, path in WORKSPACE_PAGES:
        app.register_blueprint(blueprint, url_prefix=WORKSPACE_PREFIX + path)
    for blueprint, path in OTHER_PAGES:
        app.register_blueprint(blueprint, url_prefix=path or None)
