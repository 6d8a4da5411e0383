"""Where mail services post what became of our messages."""

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from webapp.accounts.access import open_to_all
from webapp.core import limits
from webapp.core.limits import limiter
from webapp.core.tokens import fingerprint
from webapp.incoming.webhooks import receiving
from webapp.incoming.webhooks.posted import Posted

# A service may report on a campaign as fast as it sends it, from few networks.
EVENTS = "12000 per minute"
# Whoever is refused so often has the wrong key, or tries addresses.
REFUSALS = "120 per minute"


def _restrict(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    request.max_content_length = receiving.LARGEST


def _address() -> str:
    """The counters know the address by its mark alone."""
    return fingerprint(request.path)


def _is_refused(response: Response) -> bool:
    return response.status_code >= 400


blueprint = Blueprint("public_webhooks", __name__)
# Before anything of ours reads the body.
blueprint.url_value_preprocessor(_restrict)


@blueprint.post("/in/<kind>/<token>")
@open_to_all("the token in the address, and the signature of the mail service")
@limiter.limit(EVENTS, key_func=_address)
@limiter.limit(REFUSALS, key_func=limits.network, deduct_when=_is_refused)
def receive(kind: str, token: str) -> ResponseReturnValue:
    """Take what a service posts, or refuse it without a word about why."""
    posted = Posted(request.get_data(), dict(request.headers))
    answer = receiving.receive(kind, token, posted)
    return Response(f"{answer.name.lower()}\n", answer, mimetype="text/plain")
