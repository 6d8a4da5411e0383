"""The pages behind the two mails about a new address: GET shows, POST acts."""

from typing import Any

from flask.typing import ResponseReturnValue

from webapp.accounts.access import open_to_all
from webapp.contacts.models import AddressChange
from webapp.core import addresses
from webapp.core.limits import limiter
from webapp.public import showing
from webapp.subscriptions import address_changes, describing, fresh_links, moving
from webapp.subscriptions.address_changes import Standing
from webapp.subscriptions.describing import Reader

blueprint = showing.door("moving")


@blueprint.get("/address/new/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the new mailbox alone")
def show(token: str) -> ResponseReturnValue:
    """What the button will do; opening the page changes no address."""
    change = address_changes.find(token)
    if change is None:
        return _unknown()
    return _new(change, address_changes.standing(change))


@blueprint.post("/address/new/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the new mailbox alone")
@limiter.limit("30 per minute")
def confirm(token: str) -> ResponseReturnValue:
    """From now on the person is written to here."""
    before = moving.confirm(token)
    change = address_changes.find(token)
    if change is None:
        return _unknown()
    return _new(change, Standing.DONE if before is Standing.OPEN else before)


@blueprint.get("/address/old/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the old mailbox alone")
def show_undo(token: str) -> ResponseReturnValue:
    """What the button will do; opening the page changes no address."""
    change = address_changes.find_undo(token)
    if change is None:
        return _unknown()
    return _old(change, address_changes.undo_standing(change))


@blueprint.post("/address/old/<token>", strict_slashes=False)
@open_to_all("the token in the address was mailed to the old mailbox alone")
@limiter.limit("30 per minute")
def undo(token: str) -> ResponseReturnValue:
    """It was not the person: everything goes back to this mailbox."""
    before = moving.undo(token)
    change = address_changes.find_undo(token)
    if change is None:
        return _unknown()
    return _old(change, Standing.DONE if before is Standing.OPEN else before)


def _new(change: AddressChange, standing: Standing | None) -> str:
    """Whoever holds this mailbox may see the preferences of whom we know by it, and no other's."""
    preferences = ""
    if standing in {Standing.DONE, Standing.TAKEN}:
        here = address_changes.at_new_address(change)
        preferences = fresh_links.url(here) if here else ""
    return _page(
        "public/new_address.html",
        _reader(change),
        standing,
        masked=addresses.mask(change.new_address),
        preferences=preferences,
    )


def _old(change: AddressChange, standing: Standing | None) -> str:
    masked = addresses.mask(change.old_address)
    return _page("public/old_address.html", _reader(change), standing, masked=masked)


def _reader(change: AddressChange) -> Reader | None:
    return describing.reader(change.workspace_id, change.contact_id)


def _page(
    template: str, reader: Reader | None, standing: Standing | None, **values: Any
) -> str:
    if reader is None or reader.contact is None:
        return _unknown()
    showing.speak(reader.contact.language)
    return showing.page(template, reader.workspace, standing=standing, **values)


def _unknown() -> str:
    return showing.page("public/unknown_link.html", None)
