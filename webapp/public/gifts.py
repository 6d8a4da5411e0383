"""The file somebody was promised for signing up, behind a signed link."""

from io import BytesIO

from flask import send_file
from flask.typing import ResponseReturnValue

from webapp.accounts.access import open_to_all
from webapp.core.limits import limiter
from webapp.public import showing
from webapp.rewards import giving

blueprint = showing.door("gifts")

MAILED = "the token in the address was mailed to the person alone"


@blueprint.get("/g/<token>", strict_slashes=False)
@open_to_all(MAILED)
def show(token: str) -> ResponseReturnValue:
    """What there is to download; scanners that open every link fetch nothing by it."""
    found = giving.opened(token)
    if found is None:
        return showing.page("public/unknown_link.html", None), 404
    workspace, reward, file = found
    showing.speak(workspace.locale)
    return showing.page(
        "public/gift.html", workspace, reward=reward, file=file, token=token
    )


@blueprint.post("/g/<token>", strict_slashes=False)
@open_to_all(MAILED)
@limiter.limit("30 per minute")
def fetch(token: str) -> ResponseReturnValue:
    """The newest version of the file, counted."""
    found = giving.opened(token)
    if found is None:
        return showing.page("public/unknown_link.html", None), 404
    file = found[2]
    giving.count_download(file)
    answer = send_file(
        BytesIO(file.content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=file.name,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
