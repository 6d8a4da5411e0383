"""The way out of a newsletter: a page with one button, and the one-click POST of RFC 8058."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from webapp.accounts.access import open_to_all
from webapp.core.limits import limiter
from webapp.messages import addressing
from webapp.messages.mail_tokens import Kind
from webapp.public import showing
from webapp.subscriptions import archives, describing, reasons, subscribing
from webapp.subscriptions.describing import Reader
from webapp.subscriptions.subscribing import Leaving

blueprint = showing.door("unsubscribing")


@blueprint.get("/u/<token>", strict_slashes=False)
@open_to_all("the token in the address is the authority (RFC 8058 allows no other)")
def show(token: str) -> ResponseReturnValue:
    """What will be left, and the button; opening the page leaves nothing."""
    found = _read(token)
    if found is None:
        return showing.page("public/unknown_link.html", None)
    reader, _ = found
    return _page(reader, token)


@blueprint.post("/u/<token>", strict_slashes=False)
@open_to_all("the token in the address is the authority (RFC 8058 allows no other)")
@limiter.exempt
def unsubscribe(token: str) -> ResponseReturnValue:
    """Leave the list: by the mail program's one click, or by the button of our page.

    Mail providers post for many people from few networks: no limit by network here.
    """
    found = _read(token)
    if request.form.get("List-Unsubscribe") == "One-Click":
        if found:
            reader, message = found
            _leave(reader, Leaving("one_click", message or None))
        return _one_click_answer()
    if found is None:
        return showing.page("public/unknown_link.html", None)
    reader, message = found
    everything = request.form.get("scope") == "everything"
    leaving = Leaving("unsubscribe_page", message or None, _reason())
    _leave(reader, leaving, everything=everything)
    return _page(reader, token, left="everything" if everything else "list")


def _read(token: str) -> tuple[Reader, int] | None:
    ids = addressing.tokens().read(token, Kind.UNSUBSCRIBE)
    if ids is None:
        return None
    workspace, contact, list_id, message = ids
    reader = describing.reader(workspace, contact, list_id)
    return (reader, message) if reader else None


def _leave(reader: Reader, leaving: Leaving, *, everything: bool = False) -> None:
    """Whoever was erased has nothing left to leave, and the answer is the same."""
    if reader.contact is None:
        return
    if everything or reader.mailing_list is None:
        subscribing.leave_everything(reader.contact, leaving)
    else:
        subscribing.leave(reader.contact, reader.mailing_list, leaving)


def _reason() -> str:
    given = request.form.get("reason", "")
    return given if given in reasons.REASONS else ""


def _page(reader: Reader, token: str, left: str = "") -> str:
    language = reader.contact.language if reader.contact else reader.workspace.locale
    showing.speak(language)
    preferences = ""
    if reader.contact:
        preferences = addressing.urls().preferences(
            workspace=reader.workspace.id, contact=reader.contact.id
        )
    return showing.page(
        "public/unsubscribe.html",
        reader.workspace,
        mailing_list=reader.mailing_list,
        token=token,
        left=left,
        preferences=preferences,
        reasons=reasons.REASONS,
        archive=_archive(reader),
    )


def _archive(reader: Reader) -> str:
    """Where the list can be read without being on it."""
    if reader.mailing_list is None:
        return ""
    return archives.address(reader.workspace, reader.mailing_list)


def _one_click_answer() -> Response:
    """The same words for everybody; webmails that post from their page may read them."""
    response = Response("OK\n", mimetype="text/plain")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
