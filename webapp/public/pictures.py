"""The pictures of messages, from our own host: who asks for one leaves no trace."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from webapp.accounts.access import open_to_all
from webapp.campaigns import pictures
from webapp.core.errors import NotFound

blueprint = Blueprint("pictures", __name__)

# The address is made of the content, which never changes.
_FOREVER = "public, max-age=31536000, immutable"


@blueprint.get("/i/<public_id>", strict_slashes=False)
@open_to_all("a picture that stands in messages anybody may have got")
def show(public_id: str) -> ResponseReturnValue:
    """The picture itself; nothing is counted, and no cookie is read or set."""
    try:
        picture = pictures.published(public_id)
    except NotFound:
        return Response(status=404)
    answer = Response(picture.content, mimetype=picture.media_type)
    answer.headers["Cache-Control"] = _FOREVER
    answer.set_etag(picture.public_id)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Content-Disposition"] = "inline"
    # Webmail shows it on pages of its own.
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer.make_conditional(request)
