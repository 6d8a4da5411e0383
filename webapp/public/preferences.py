"""The person's own page, behind a signed link: what they agreed to, each thing apart."""

from flask import request
from flask.typing import ResponseReturnValue

from webapp.accounts.access import open_to_all
from webapp.consent.models import PurposeKind
from webapp.contacts.registering import one_line
from webapp.core import addresses
from webapp.core.bad_input import row_number
from webapp.core.i18n import LOCALES, locale
from webapp.core.limits import limiter
from webapp.messages import addressing
from webapp.messages.mail_tokens import Kind
from webapp.public import showing
from webapp.subscriptions import describing, preferences, subscribing, wording
from webapp.subscriptions.describing import Reader
from webapp.subscriptions.preferences import Chosen
from webapp.subscriptions.subscribing import Leaving

blueprint = showing.door("preferences")

LONGEST_NAME = 100


@blueprint.get("/p/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the person alone")
def show(token: str) -> ResponseReturnValue:
    """What the person agreed to; looking changes nothing."""
    reader = _read(token)
    return _page(reader) if reader else _unknown()


@blueprint.post("/p/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the person alone")
@limiter.limit("30 per minute")
def save(token: str) -> ResponseReturnValue:
    """Carry out what the person chose, and show how things stand now."""
    reader = _read(token)
    if reader is None or reader.contact is None:
        return _unknown()
    if "leave" in request.form:
        subscribing.leave_everything(reader.contact, Leaving("preferences"))
        return _page(reader, said="left")
    waits = preferences.save(reader.workspace, reader.contact, _chosen())
    return _page(reader, said="confirm" if waits else "saved")


@blueprint.get("/p/<token>/receipt")
@open_to_all("the token in the address was mailed to the person alone")
@limiter.limit("30 per minute")
def receipt(token: str) -> ResponseReturnValue:
    """What the person said, signed, to keep."""
    reader = _read(token)
    if reader is None or reader.contact is None:
        return _unknown()
    return showing.receipt(reader.workspace, reader.contact)


def _read(token: str) -> Reader | None:
    ids = addressing.tokens().read(token, Kind.PREFERENCES)
    reader = describing.reader(*ids) if ids else None
    return reader if reader and reader.contact else None


def _chosen() -> Chosen:
    form = request.form
    return Chosen(
        lists=frozenset(form.getlist("list", type=row_number)),
        opens="opens" in form,
        clicks="clicks" in form,
        language=form.get("language", ""),
        first_name=one_line(form.get("first_name", ""), LONGEST_NAME),
        last_name=one_line(form.get("last_name", ""), LONGEST_NAME),
    )


def _page(reader: Reader, said: str = "") -> ResponseReturnValue:
    contact = reader.contact
    if contact is None:
        return _unknown()
    showing.speak(contact.language)
    return showing.page(
        "public/preferences.html",
        reader.workspace,
        contact=contact,
        masked=addresses.mask(contact.email),
        told=preferences.of(reader.workspace, contact),
        opens_sentence=_sentence(PurposeKind.OPENS, reader),
        clicks_sentence=_sentence(PurposeKind.CLICKS, reader),
        languages=LOCALES,
        said=said,
    )


def _sentence(kind: PurposeKind, reader: Reader) -> str:
    return wording.measuring_sentence(kind, reader.workspace, locale())


def _unknown() -> str:
    return showing.page("public/unknown_link.html", None)
