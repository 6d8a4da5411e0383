"""What a merge will do, said before: what comes along, what ends, what is never sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, literal, select, union_all

from webapp.consent.models import Purpose, PurposeKind, State
from webapp.contacts.models import Contact
from webapp.core import clock, months
from webapp.core.db import Model, db
from webapp.core.i18n import _, _n
from webapp.duplicates import refusals, waiting_mail
from webapp.messages.models import Message

# Below, a parent may have agreed for them, or it is a parent and a child (Code civil, article 414).
OF_AGE = 18


@dataclass(frozen=True)
class Foreseen:
    """What a merge of two contacts comes to, in names of lists and in numbers."""

    # What the absorbed contact brings along: how many rows, by table.
    brought: dict[str, int]
    # Purposes that the absorbed address agreed to and the survivor's did not.
    ended: list[Purpose]
    # Purposes that the absorbed refused and the survivor is therefore written about no more.
    refused: list[Purpose]
    # The absorbed wants no mail of ours at all, and the survivor had not said so.
    stops_all: bool
    # Messages that wait for the absorbed address.
    waiting: int
    # One of them is not of age.
    is_minor: bool

    @property
    def changes_who_is_written_to(self) -> bool:
        """Whether anybody gets less mail than before."""
        return bool(self.ended or self.refused or self.stops_all or self.waiting)

    def told(self) -> list[str]:
        """What comes along, in words."""
        return [str(_WORDS[table](number)) for table, number in self.brought.items()]

    @property
    def ended_names(self) -> str:
        """The lists that end, and the rest, as one reads them."""
        return _named(self.ended)

    @property
    def refused_names(self) -> str:
        """The lists that are left, and the rest, as one reads them."""
        return _named(self.refused)


def foresee(survivor: Contact, absorbed: Contact) -> Foreseen:
    """What making the second one part of the first one would do; nothing is done."""
    mine, theirs = refusals.states(survivor), refusals.states(absorbed)
    given = [one for one, state in theirs.items() if state == State.GIVEN]
    no = [one for one, state in theirs.items() if state in refusals.OPT_OUTS]
    stood = {State.GIVEN, State.PENDING}
    return Foreseen(
        brought=_brought(absorbed),
        ended=_purposes(one for one in given if mine.get(one) != State.GIVEN),
        refused=_purposes(one for one in no if mine.get(one) in stood),
        stops_all=refusals.refuses_all(absorbed)
        and not refusals.refuses_all(survivor)
        and State.GIVEN in mine.values(),
        waiting=_count_waiting(absorbed),
        is_minor=any(is_minor(one.birth_date) for one in (survivor, absorbed)),
    )


def is_minor(born: date | None) -> bool:
    """Whether somebody born that day is not of age today; nobody knows of most people."""
    return born is not None and months.after(born, 12 * OF_AGE) > clock.now().date()


def _brought(absorbed: Contact) -> dict[str, int]:
    counted = union_all(
        *(
            select(literal(name, literal_execute=True).label("name"), func.count())
            .select_from(table)
            .where(table.c.contact_id == absorbed.id)
            for name, table in ((name, Model.metadata.tables[name]) for name in _WORDS)
        )
    )
    return {name: number for name, number in db.session.execute(counted) if number}


def _count_waiting(absorbed: Contact) -> int:
    waiting = select(func.count()).select_from(Message)
    return db.session.scalar(waiting.where(waiting_mail.waiting_for(absorbed))) or 0


def _purposes(numbers: Iterable[int]) -> list[Purpose]:
    found = select(Purpose).where(Purpose.id.in_(list(numbers)))
    return list(db.session.scalars(found.order_by(Purpose.id)))


def _named(purposes: list[Purpose]) -> str:
    return ", ".join(_name(purpose) for purpose in purposes)


def _name(purpose: Purpose) -> str:
    if purpose.kind == PurposeKind.OPENS:
        return str(_("measuring of opens"))
    if purpose.kind == PurposeKind.CLICKS:
        return str(_("measuring of clicks"))
    return purpose.name


_WORDS: dict[str, Any] = {
    "purchase": lambda n: _n("%(num)s order", "%(num)s orders", n),
    "message": lambda n: _n("%(num)s message", "%(num)s messages", n),
    "hit": lambda n: _n("%(num)s open or click", "%(num)s opens and clicks", n),
    "site_event": lambda n: _n("%(num)s site event", "%(num)s site events", n),
    "contact_note": lambda n: _n("%(num)s note", "%(num)s notes", n),
    "gift": lambda n: _n("%(num)s reward", "%(num)s rewards", n),
}
