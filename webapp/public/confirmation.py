"""The page behind the link of a confirmation mail: GET shows, POST confirms."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import open_to_all
from webapp.core.limits import limiter
from webapp.public import showing
from webapp.subscriptions import archives, confirming, describing
from webapp.subscriptions.confirming import Standing
from webapp.subscriptions.describing import Reader
from webapp.subscriptions.models import Confirmation
from webapp.widgets import completing, rewarding

blueprint = showing.door("confirmation")


@blueprint.get("/y/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the person alone")
def show(token: str) -> ResponseReturnValue:
    """What the person is about to confirm; scanners that open every link change nothing."""
    confirmation = confirming.find(token)
    if confirmation is None:
        return _unknown()
    return _page(confirmation, confirming.standing(confirmation))


@blueprint.post("/y/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the person alone")
@limiter.limit("30 per minute")
def confirm(token: str) -> ResponseReturnValue:
    """Confirm or, when the link is too old, ask for a new one."""
    confirmation = confirming.find(token)
    if confirmation is None:
        return _unknown()
    if "again" in request.form:
        confirming.send_again(confirmation)
        return _page(confirmation, Standing.EXPIRED, asked_again=True)
    before = confirming.confirm(token)
    now = confirming.standing(confirmation)
    return _page(confirmation, now if before is Standing.OPEN else before, fresh=True)


@blueprint.get("/y/<token>/receipt")
@open_to_all("the token in the address was mailed to the person alone")
@limiter.limit("30 per minute")
def receipt(token: str) -> ResponseReturnValue:
    """What the person said, signed, to keep; later, the page of their preferences has it."""
    told = _confirmed_lately(token)
    if told is None or told.contact is None:
        return _unknown()
    return showing.receipt(told.workspace, told.contact)


@blueprint.get("/y/<token>/receipt.html")
@open_to_all("the token in the address was mailed to the person alone")
@limiter.limit("30 per minute")
def read_receipt(token: str) -> ResponseReturnValue:
    """What the person said, to read and to print; later, the page of their preferences has it."""
    told = _confirmed_lately(token)
    if told is None or told.contact is None:
        return _unknown()
    file = url_for(".receipt", token=token)
    return showing.read_receipt(told.workspace, told.contact, file)


@blueprint.post("/y/<token>/more", strict_slashes=False)
@open_to_all("the token in the address was mailed to the person alone")
@limiter.limit("30 per minute")
def more(token: str) -> ResponseReturnValue:
    """Note what the person answered to the questions that could wait."""
    confirmation = confirming.find(token)
    if confirmation is None or confirming.standing(confirmation) is not Standing.DONE:
        return _unknown()
    wrong = completing.save(confirmation, request.form)
    page = _page(confirmation, Standing.DONE, wrong=wrong)
    return page, 422 if wrong else 200


def _page(
    confirmation: Confirmation,
    standing: Standing | None,
    *,
    fresh: bool = False,
    asked_again: bool = False,
    wrong: dict[str, str] | None = None,
) -> str:
    showing.speak(confirmation.locale)
    told = describing.confirmation(confirmation)
    return showing.page(
        "public/confirmation.html",
        told.workspace,
        told=told,
        standing=standing,
        fresh=fresh,
        asked_again=asked_again,
        has_receipt=confirming.is_recent(confirmation),
        gift=rewarding.gift(confirmation) if standing is Standing.DONE else None,
        later=completing.questions(confirmation),
        typed=request.form,
        wrong=wrong or {},
        answered=wrong == {},
        remembered=confirming.remembered(confirmation),
        archive=archives.address(told.workspace, told.mailing_list),
    )


def _confirmed_lately(token: str) -> Reader | None:
    confirmation = confirming.find(token)
    if confirmation is None or not confirming.is_recent(confirmation):
        return None
    return describing.reader(confirmation.workspace_id, confirmation.contact_id)


def _unknown() -> str:
    return showing.page("public/unknown_link.html", None)
