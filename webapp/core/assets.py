"""The front-end bundle: from a file's plain name to its hashed address."""

import json
from functools import cache
from pathlib import Path

from flask import Flask, url_for

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
HOW_TO_BUILD = (
    "The front-end bundle is missing. Build it once with: npm ci && npm run build"
)


class BundleIsMissing(RuntimeError):
    """Nobody has run `npm run build` here, or it does not hold this file."""


def init_app(app: Flask) -> None:
    """Give templates `asset_url`, and say plainly what to do when there is no bundle."""
    app.jinja_env.globals["asset_url"] = asset_url
    app.register_error_handler(BundleIsMissing, _explain)


def asset_url(name: str) -> str:
    """The address of a bundled file, such as `app.css`; raises BundleIsMissing."""
    return url_for("static", filename=static_path(name))


def static_path(name: str) -> str:
    """Where a bundled file lies below `static/`; raises BundleIsMissing."""
    hashed = read_manifest(DIST).get(name)
    if hashed is None:
        raise BundleIsMissing(f"{HOW_TO_BUILD} ({name} is not in it)")
    return f"dist/{hashed}"


@cache
def read_manifest(dist: Path) -> dict[str, str]:
    """Plain names to hashed names, read once; raises BundleIsMissing."""
    try:
        manifest: dict[str, str] = json.loads((dist / "manifest.json").read_text())
    except FileNotFoundError:
        raise BundleIsMissing(HOW_TO_BUILD) from None
    return manifest


def _explain(error: BundleIsMissing) -> tuple[str, int, dict[str, str]]:
    return f"{error}\n", 500, {"Content-Type": "text/plain; charset=utf-8"}
