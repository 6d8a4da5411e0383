"""The page of who never asked: GET shows, POST blocks further sign-up mails to the address."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from webapp.accounts.access import open_to_all
from webapp.core.limits import limiter
from webapp.messages import addressing
from webapp.public import showing
from webapp.subscriptions import blocks, confirming, describing, disowning
from webapp.subscriptions.confirming import Standing
from webapp.subscriptions.models import Confirmation

blueprint = showing.door("not_me")


@blueprint.get("/y/<token>/no", strict_slashes=False)
@open_to_all("the token in the address was mailed to the person alone")
def show(token: str) -> ResponseReturnValue:
    """What the button will do; opening the page does nothing."""
    confirmation = confirming.find(token)
    if confirmation is None:
        return _unknown()
    return _page(confirmation, "asked")


@blueprint.post("/y/<token>/no", strict_slashes=False)
@open_to_all("the token in the address was mailed to the person alone")
@limiter.limit("30 per minute")
def block(token: str) -> ResponseReturnValue:
    """Block, or undo what was just blocked."""
    if blocks.undo(request.form.get("undo", "")):
        return showing.page("public/not_me.html", None, said="undone")
    confirmation = confirming.find(token)
    if confirmation is None:
        return _unknown()
    return _page(confirmation, "blocked")


def _page(confirmation: Confirmation, said: str) -> str:
    """Who is on the list already is shown the way out of it: there is nothing left to block."""
    showing.speak(confirmation.locale)
    told = describing.confirmation(confirmation)
    more: dict[str, Any] = {"list_name": told.mailing_list.name}
    if confirming.standing(confirmation) is Standing.DONE:
        said = "confirmed"
        more["leave"] = addressing.urls().unsubscribe(
            workspace=told.workspace.id,
            contact=confirmation.contact_id,
            list_id=told.mailing_list.id,
            message=0,
        )
    elif said == "blocked":
        more["undo"] = disowning.disown(confirmation)
    return showing.page("public/not_me.html", told.workspace, said=said, **more)


def _unknown() -> str:
    return showing.page("public/unknown_link.html", None)
