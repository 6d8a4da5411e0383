"""The page behind a mail that asks whether one may be measured: yes, no, and nothing else."""

from flask import request
from flask.typing import ResponseReturnValue

from webapp.accounts.access import open_to_all
from webapp.core import addresses
from webapp.core.i18n import locale
from webapp.core.limits import limiter
from webapp.public import showing
from webapp.subscriptions import fresh_links, measuring_answers
from webapp.subscriptions.measuring_answers import Asked

blueprint = showing.door("measuring_answers")


@blueprint.get("/p/m/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the person alone")
def show(token: str) -> ResponseReturnValue:
    """The question; looking answers nothing."""
    asked = measuring_answers.read(token)
    return _page(asked) if asked else _unknown()


@blueprint.post("/p/m/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the person alone")
@limiter.limit("30 per minute")
def answer(token: str) -> ResponseReturnValue:
    """Record the answer: the boxes that are ticked, or a no to all of them."""
    asked = measuring_answers.read(token)
    if asked is None:
        return _unknown()
    showing.speak(asked.contact.language)
    said = request.form.get("answer")
    if said == "fresh":
        fresh_links.send(asked.workspace, asked.contact)
        return _page(asked, said="fresh")
    if said != "no" and not (said == "yes" and asked.takes_yes):
        return _page(asked)
    ticked = frozenset(request.form.getlist("box")) if said == "yes" else frozenset()
    measuring_answers.answer(asked, ticked, locale())
    return _page(asked, said="saved")


def _page(asked: Asked, said: str = "") -> str:
    showing.speak(asked.contact.language)
    return showing.page(
        "public/measuring.html",
        asked.workspace,
        asked=asked,
        boxes=measuring_answers.boxes(asked, locale()),
        masked=addresses.mask(asked.contact.email),
        preferences_url=measuring_answers.preferences_url(asked),
        said=said,
    )


def _unknown() -> str:
    return showing.page("public/unknown_link.html", None)
