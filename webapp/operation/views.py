"""Three addresses for machines: alive, ready, figures."""

import hmac

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue

from config.settings import Settings
from webapp.accounts.access import open_to_all
from webapp.operation import metrics, queries

blueprint = Blueprint("operation", __name__)

LOOPBACK = ("127.0.0.1", "::1")


@blueprint.get("/healthz")
@open_to_all("a supervisor asks whether the process answers")
def healthz() -> ResponseReturnValue:
    """Alive: this process answers, whatever the database does."""
    return "alive\n", {"Content-Type": "text/plain"}


@blueprint.get("/readyz")
@open_to_all("a load balancer asks whether to send people here")
def readyz() -> ResponseReturnValue:
    """Ready: the database answers and has every migration; otherwise 503."""
    try:
        ready = queries.database_is_current()
    except Exception:
        current_app.logger.exception("The database does not answer")
        ready = False
    words = "ready\n" if ready else "not ready: see the logs and `volontiers doctor`\n"
    return words, 200 if ready else 503, {"Content-Type": "text/plain"}


@blueprint.get("/metrics")
@open_to_all("Prometheus reads figures, with METRICS_TOKEN or from this machine")
def show_metrics() -> ResponseReturnValue:
    """The figures, for who has the token or, without one, for this machine alone."""
    settings: Settings = current_app.extensions["settings"]
    if not _may_read(settings.metrics_token):
        abort(404)
    text = metrics.exposition(settings.journal_dir)
    return text, {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}


def _may_read(token: str) -> bool:
    if not token:
        # Behind a proxy on this machine, everybody seems to come from it.
        is_direct = "X-Forwarded-For" not in request.headers
        return is_direct and request.remote_addr in LOOPBACK
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(shown.encode(), token.encode())
