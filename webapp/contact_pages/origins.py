"""Who said a value: the door, the colleague or the import, and the day, in plain words."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import format_date
from sqlalchemy import select

from webapp.accounts.models import User
from webapp.consent.explaining import METHODS
from webapp.contacts.records import UNDO, Origin
from webapp.core.db import db
from webapp.core.i18n import _, _l

DOORS: dict[str, Any] = {
    **METHODS,
    "": _l("from before records were kept"),
    UNDO: _l("by undoing a change"),
    "merge": _l("by merging two contacts"),
    "order": _l("with an order"),
    "cleaning": _l("by a correction"),
}


def door(source: str) -> str:
    """By which door something was said; a door we have no words for stands for itself."""
    return str(DOORS.get(source, source))


def who(source: str, name: str) -> str:
    """The door, or the colleague who typed it."""
    if name and source == "staff":
        return str(_("entered by %(name)s", name=name))
    return f"{door(source)} ({name})" if name else door(source)


def sentence(origin: Origin, names: Mapping[int, str]) -> str:
    """Who said a value, and on which day."""
    said = who(origin.source, names.get(origin.user_id or 0, ""))
    day = format_date(origin.at, "d MMMM y")
    return str(_("%(who)s, %(day)s", who=said, day=day))


def names(numbers: Iterable[int | None]) -> dict[int, str]:
    """The names of these colleagues, by their number."""
    wanted = {number for number in numbers if number}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}
