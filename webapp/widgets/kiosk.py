"""The shop counter: a colleague enters customers, who confirm it themselves by the mail they get."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, func, select, update

from webapp.accounts.models import User, Workspace
from webapp.contacts import changing, registering
from webapp.contacts import queries as contacts
from webapp.contacts.fields import ATTRIBUTE
from webapp.contacts.models import Contact
from webapp.core import addresses, clock, typos
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.deliverability import mail_domains
from webapp.subscriptions import purging, subscribing, taking_back
from webapp.subscriptions.models import Confirmation
from webapp.widgets import asking, entering, guarding, queries
from webapp.widgets.design import Design
from webapp.widgets.entering import Entry
from webapp.widgets.models import CounterEntry, Widget, WidgetDay, WidgetVersion

DISPLAY = "kiosk"
# By which door the contact came.
DOOR = "counter"
UNDO = timedelta(minutes=1)
HOUR = timedelta(hours=1)
# Nobody reads out a sentence more often: beyond it, somebody copies a list.
PER_HOUR = 240
# After that an entry is counted in figures alone.
KEPT = timedelta(days=2)


class TooManyEntries(DomainError):
    """More customers in an hour than anybody can have asked."""

    message = _l(
        "You have entered very many customers in an hour. Please go on a little later;"
        " what you typed was not sent."
    )


class TooLateToUndo(DomainError):
    """The minute is over."""

    message = _l("It is too late to undo this entry.")


@dataclass(frozen=True)
class Hint:
    """What the seller may ask the customer about an address; it says nothing of who is known."""

    meant: str = ""
    # Its domain does not exist, or takes no mail.
    is_dead: bool = False


def open_at(workspace: Workspace, widget_id: int) -> Widget:
    """The widget that stands at a shop counter.

    :raises NotFound: also while it is not published, and for other kinds of display.
    """
    widget = queries.get_widget(workspace, widget_id)
    if not widget.published_at or _display(widget) != DISPLAY:
        raise NotFound
    return widget


def hint(typed: str) -> Hint:
    """What looks wrong with an address; asks the DNS when it looks right."""
    try:
        address = addresses.normalise(typed)
    except addresses.AddressIsNotValid:
        return Hint()
    if meant := typos.suggestion(address):
        return Hint(meant=meant)
    return Hint(is_dead=mail_domains.refuses_all(addresses.domain(address)))


def enter(
    widget: Widget, version: WidgetVersion, typed: Mapping[str, str], seller: User
) -> CounterEntry:
    """Take a customer whom a colleague enters: they confirm it, whatever the list asks for.

    Nothing tells the colleague whether the address was known.

    :raises EntryIsNotValid: when something must be corrected.
    :raises TooManyEntries: when this colleague enters too many.
    """
    workspace = queries.workspace_of(widget)
    read = Entry.read(typed, Design.from_json(version.design), workspace)
    if (
        _how_many(CounterEntry.user_id == seller.id, since=clock.now() - HOUR)
        >= PER_HOUR
    ):
        raise TooManyEntries
    entry = CounterEntry(
        widget_id=widget.id, user_id=seller.id, at=clock.now(), is_new=False, filled=[]
    )
    if guarding.admits_at_counter(widget, read.email):
        _ask(widget, version, read, entry)
    db.session.add(entry)
    db.session.flush()
    queries.count(widget.id, "submitted")
    return entry


def undo(widget: Widget, entry_id: int, seller: User) -> None:
    """Take the entry back, with all that came by it.

    :raises NotFound: for an entry of somebody else.
    :raises TooLateToUndo: after a minute.
    :raises IsConfirmed: when the customer was faster.
    """
    entry = db.session.get(CounterEntry, entry_id, with_for_update=True)
    if entry is None or (entry.widget_id, entry.user_id) != (widget.id, seller.id):
        raise NotFound
    if entry.undone_at:
        return
    if clock.now() - entry.at > UNDO:
        raise TooLateToUndo
    entry.undone_at = clock.now()
    if confirmation := _confirmation(entry):
        taking_back.take_back(confirmation)
    _forget(widget, entry)
    _uncount(entry)


def undoable(widget: Widget, entry_id: int | None, seller: User) -> CounterEntry | None:
    """The entry this colleague has just made, while it can be taken back."""
    entry = db.session.get(CounterEntry, entry_id) if entry_id else None
    if entry is None or (entry.widget_id, entry.user_id) != (widget.id, seller.id):
        return None
    is_over = entry.undone_at or clock.now() - entry.at > UNDO
    return None if is_over else entry


def today(widget: Widget, timezone: str) -> int:
    """How many customers were entered here since midnight in the shop."""
    now = clock.now().astimezone(ZoneInfo(timezone))
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    return _how_many(
        CounterEntry.widget_id == widget.id,
        CounterEntry.undone_at.is_(None),
        since=midnight,
    )


def forget_old() -> None:
    """Keep who entered whom for two days; the ledger and the audit log keep what must be kept."""
    db.session.execute(delete(CounterEntry).where(CounterEntry.at < clock.now() - KEPT))


def _ask(
    widget: Widget, version: WidgetVersion, read: Entry, entry: CounterEntry
) -> None:
    workspace, mailing_list = (
        queries.workspace_of(widget),
        queries.mailing_list_of(widget),
    )
    locale = version.design["locale"]
    known = contacts.find_by_email(workspace, read.email)
    entry.is_new = known is None
    entry.filled = _lacking(known, read.fields) if known else []
    contact = registering.register(
        workspace,
        read.email,
        source=DOOR,
        source_id=widget.id,
        language=locale,
        **read.fields,
    )
    entry.contact_id = contact.id
    before = _newest(contact)
    asked = entering.asked_for(workspace, version, read)
    subscribing.ask(
        mailing_list,
        contact,
        asked=replace(asked, method="staff", collected="shop"),
        widget_version_id=version.id,
        locale=locale,
    )
    db.session.flush()
    newest = _newest(contact)
    entry.confirmation_id = newest if newest != before else None


def _newest(contact: Contact) -> int | None:
    return db.session.scalar(
        select(func.max(Confirmation.id)).where(Confirmation.contact_id == contact.id)
    )


def _confirmation(entry: CounterEntry) -> Confirmation | None:
    if entry.confirmation_id is None:
        return None
    return db.session.get(Confirmation, entry.confirmation_id)


def _forget(widget: Widget, entry: CounterEntry) -> None:
    """Whoever came by this entry alone is erased; of others, what it added."""
    if entry.contact_id is None:
        return
    if entry.is_new:
        purging.forget([entry.contact_id])
    elif contact := db.session.get(Contact, entry.contact_id):
        _empty(contact, entry.filled)
        if entry.confirmation_id:
            taking_back.close(contact, queries.mailing_list_of(widget))


def _lacking(known: Contact, given: Mapping[str, Any]) -> list[str]:
    """What this entry tells of somebody of whom it was not known."""
    own = set(given.get("attributes", {})) - set(known.attributes)
    plain = [
        name for name in given if name != "attributes" and not getattr(known, name)
    ]
    return [*plain, *(asking.OWN + key for key in sorted(own))]


def _empty(contact: Contact, filled: list[str]) -> None:
    names = {
        f"{ATTRIBUTE}{name.removeprefix(asking.OWN)}" if asking.OWN in name else name
        for name in filled
    }
    changing.write(contact, dict.fromkeys(names), source=DOOR)


def _uncount(entry: CounterEntry) -> None:
    db.session.execute(
        update(WidgetDay)
        .where(
            WidgetDay.widget_id == entry.widget_id,
            WidgetDay.day == entry.at.date(),
            WidgetDay.submitted > 0,
        )
        .values(submitted=WidgetDay.submitted - 1)
    )


def _how_many(*which: ColumnElement[bool], since: datetime) -> int:
    query = select(func.count()).select_from(CounterEntry)
    return db.session.scalar(query.where(CounterEntry.at >= since, *which)) or 0


def _display(widget: Widget) -> str:
    return str(queries.latest_version(widget).design.get("display", ""))
