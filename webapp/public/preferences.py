"""The person's own page: what they agreed to, each thing apart, how often, and who they are.

From any link of ours one can leave, pause and be measured less. Only a link mailed lately, on
request, shows the data of the person and gives more: mail is forwarded (docs/decisions).
"""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import open_to_all
from webapp.consent.models import PurposeKind
from webapp.core import addresses
from webapp.core.errors import DomainError
from webapp.core.i18n import LOCALES, locale
from webapp.core.limits import limiter
from webapp.public import choosing, showing
from webapp.public.choosing import Page
from webapp.quality import writing
from webapp.subscriptions import (
    archives,
    fresh_links,
    moving,
    preferences,
    subscribing,
    wording,
)
from webapp.subscriptions.fresh_links import Opened
from webapp.subscriptions.subscribing import Leaving

blueprint = showing.door("preferences")


@blueprint.get("/p/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the person alone")
def show(token: str) -> ResponseReturnValue:
    """What the person agreed to; looking changes nothing."""
    opened = fresh_links.read(token)
    return _now(opened) if opened else _unknown()


@blueprint.post("/p/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the person alone")
@limiter.limit("30 per minute")
def save(token: str) -> ResponseReturnValue:
    """Carry out what the person chose, and show how things stand now."""
    opened = fresh_links.read(token)
    if opened is None:
        return _unknown()
    showing.speak(opened.contact.language)
    if "leave" in request.form:
        subscribing.leave_everything(opened.contact, Leaving("preferences"))
        return _now(opened, said="left")
    if "fresh" in request.form:
        fresh_links.send(opened.workspace, opened.contact)
        return _now(opened, said="fresh")
    return _change(opened) if opened.is_fresh else _lessen(opened)


@blueprint.get("/p/<token>/receipt")
@open_to_all("the token in the address was mailed to the person alone")
@limiter.limit("30 per minute")
def receipt(token: str) -> ResponseReturnValue:
    """What the person said, signed, to keep."""
    opened = fresh_links.read(token)
    if opened is None or not opened.is_fresh:
        return _unknown()
    return showing.receipt(opened.workspace, opened.contact)


@blueprint.get("/p/<token>/receipt.html")
@open_to_all("the token in the address was mailed to the person alone")
@limiter.limit("30 per minute")
def read_receipt(token: str) -> ResponseReturnValue:
    """What the person said, to read and to print."""
    opened = fresh_links.read(token)
    if opened is None or not opened.is_fresh:
        return _unknown()
    file = url_for(".receipt", token=token)
    return showing.read_receipt(opened.workspace, opened.contact, file)


def _change(opened: Opened) -> ResponseReturnValue:
    if "resume" in request.form:
        preferences.resume(opened.contact)
        return _now(opened, said="resumed")
    if "move" in request.form:
        return _move(opened)
    page = choosing.page(opened)
    chosen, wrong = choosing.read(opened, page.questions, request.form)
    if wrong:
        return _show(opened, choosing.again(page, request.form, wrong)), 422
    waits = preferences.save(opened.workspace, opened.contact, chosen, locale())
    writing.confirm(opened.contact)
    return _now(opened, said="confirm" if waits else "saved")


def _lessen(opened: Opened) -> ResponseReturnValue:
    chosen, wrong = choosing.read(opened, [], request.form)
    if wrong:
        page = choosing.again(choosing.page(opened), request.form, wrong)
        return _show(opened, page), 422
    preferences.lessen(opened.workspace, opened.contact, chosen, locale())
    return _now(opened, said="saved")


def _move(opened: Opened) -> ResponseReturnValue:
    typed = request.form.get("email", "")
    try:
        moving.ask(opened.workspace, opened.contact, typed)
    except DomainError as error:
        page = choosing.refused(choosing.page(opened), typed, str(error))
        return _show(opened, page), 422
    return _now(opened, said="moving")


def _now(opened: Opened, said: str = "") -> str:
    showing.speak(opened.contact.language)
    return _show(opened, choosing.page(opened), said)


def _show(opened: Opened, page: Page, said: str = "") -> str:
    return showing.page(
        "public/preferences.html" if opened.is_fresh else "public/old_link.html",
        opened.workspace,
        contact=opened.contact,
        masked=addresses.mask(opened.contact.email),
        page=page,
        sentences={
            "opens": _sentence(PurposeKind.OPENS, opened),
            "clicks": _sentence(PurposeKind.CLICKS, opened),
        },
        languages=LOCALES,
        archives=archives.all_of(opened.workspace),
        is_over=opened.is_over,
        said=said,
    )


def _sentence(kind: PurposeKind, opened: Opened) -> str:
    return wording.measuring_sentence(kind, opened.workspace, locale())


def _unknown() -> str:
    return showing.page("public/unknown_link.html", None)
