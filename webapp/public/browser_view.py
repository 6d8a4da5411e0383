"""A message in the browser: what was sent, without measuring."""

from flask import make_response
from flask.typing import ResponseReturnValue

from webapp.accounts.access import open_to_all
from webapp.campaigns import sent_copies
from webapp.core.errors import DomainError
from webapp.public import showing

blueprint = showing.door("browser_view")

# An editor's HTML on our own host: it runs nothing, and its links open as in a mailbox.
POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox "
    "allow-top-navigation-by-user-activation; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src https: data: 'self'; frame-ancestors 'none'"
)


@blueprint.get("/v/<token>")
@open_to_all("the signed token of a mail opens its own message and nothing else")
def show(token: str) -> ResponseReturnValue:
    """The message of this token."""
    try:
        html = sent_copies.html_of(token)
    except DomainError:
        html = None
    if html is None:
        return showing.page("public/unknown_link.html", None), 404
    response = make_response(html)
    response.headers["Content-Security-Policy"] = POLICY
    return response
