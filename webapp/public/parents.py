"""The page behind the link of a mail to a parent: GET shows, POST agrees or refuses."""

from flask import request
from flask.typing import ResponseReturnValue

from webapp.accounts.access import open_to_all
from webapp.core import addresses, clock
from webapp.core.limits import limiter
from webapp.public import showing
from webapp.subscriptions import describing, parents
from webapp.subscriptions.models import Confirmation

blueprint = showing.door("parents")


@blueprint.get("/parent/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the parent alone")
def show(token: str) -> ResponseReturnValue:
    """What the parent is asked to agree to; looking changes nothing."""
    confirmation = parents.find(token)
    return _page(confirmation) if confirmation else _unknown()


@blueprint.post("/parent/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the parent alone")
@limiter.limit("30 per minute")
def answer(token: str) -> ResponseReturnValue:
    """Carry out what the parent decided, once."""
    confirmation = parents.find(token)
    if confirmation is None:
        return _unknown()
    if "no" in request.form:
        parents.refuse(token)
        return _page(confirmation, said="refused")
    if parents.agree(token):
        return _page(confirmation, said="agreed")
    return _page(confirmation)


def _page(confirmation: Confirmation, said: str = "") -> str:
    showing.speak(confirmation.locale)
    told = describing.confirmation(confirmation)
    return showing.page(
        "public/parent.html",
        told.workspace,
        told=told,
        said=said or _standing(confirmation),
        child=addresses.mask(told.address),
    )


def _standing(confirmation: Confirmation) -> str:
    if confirmation.confirmed_at:
        return "agreed"
    return "over" if confirmation.expires_at <= clock.now() else ""


def _unknown() -> str:
    return showing.page("public/unknown_link.html", None)
