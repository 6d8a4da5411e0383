"""What is known of a contact, written as its reader writes dates, countries and answers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from flask_babel import format_date, format_decimal

from webapp.contact_pages import origins as origin_words
from webapp.contacts import answers, reading, records
from webapp.contacts.fields import ATTRIBUTE, FIELDS, Group, attribute_key
from webapp.contacts.models import Attribute, AttributeKind, Contact, Frequency
from webapp.core import countries
from webapp.core.i18n import LOCALES, _, _l
from webapp.core.normalising import phones

FREQUENCIES: dict[str, Any] = {
    Frequency.ALL: _l("Every message"),
    Frequency.WEEKLY: _l("At most one a week"),
    Frequency.MONTHLY: _l("At most one a month"),
}


GROUPS: dict[Group, Any] = {
    Group.PERSON: _l("Person"),
    Group.ADDRESS: _l("Postal address"),
    Group.COMPANY: _l("Company"),
}
# The first number of people of each band of INSEE's, and the last one.
_LAST = dict(pairwise(reading.BANDS.values()))


@dataclass(frozen=True)
class Fact:
    """One field of a profile: its words, its value as readers write it, and who said it."""

    name: str
    label: str
    value: str
    # Who said it and when; empty where nothing is known.
    origin: str = ""


@dataclass(frozen=True)
class Facts:
    """Fields that stand together, under their heading."""

    title: str
    facts: list[Fact]

    @property
    def known(self) -> list[Fact]:
        """Those we know something of."""
        return [fact for fact in self.facts if fact.value]

    @property
    def missing(self) -> list[Fact]:
        """Those of which nothing is known."""
        return [fact for fact in self.facts if not fact.value]


def of(contact: Contact, own: Sequence[Attribute]) -> list[Facts]:
    """All that is known of a contact, the workspace's own fields last; company data where there is some."""
    known, origins = records.values(contact), records.origin(contact)
    names = origin_words.names(origin.user_id for origin in origins.values())
    labels = labels_of(own)

    def fact(name: str) -> Fact:
        origin = origins.get(name)
        said = origin_words.sentence(origin, names) if origin else ""
        return Fact(name, labels[name], written(name, known.get(name), own), said)

    by_group = {
        group: Facts(
            str(title),
            [fact(field.key) for field in FIELDS.values() if field.group is group],
        )
        for group, title in GROUPS.items()
    }
    mine = Facts(_("Your own fields"), [fact(f"{ATTRIBUTE}{one.key}") for one in own])
    return [
        by_group[Group.PERSON],
        by_group[Group.ADDRESS],
        *([by_group[Group.COMPANY]] if by_group[Group.COMPANY].known else []),
        *([mine] if own else []),
    ]


def labels_of(own: Iterable[Attribute]) -> dict[str, str]:
    """What each field is called, by its name in records."""
    return {
        **{name: str(field.label) for name, field in FIELDS.items()},
        **{f"{ATTRIBUTE}{one.key}": one.name for one in own},
    }


def written(name: str, value: Any, own: Iterable[Attribute]) -> str:
    """A value as records keep it, as its reader writes it; empty for nothing."""
    if value is None or value == "":
        return ""
    key = attribute_key(name)
    if key is not None:
        kinds = {one.key: one.kind for one in own}
        return _written(kinds.get(key, AttributeKind.TEXT), value)
    if name in {"birth_date", "founded_on"}:
        return _day(str(value))
    write = _WRITERS.get(name)
    return str(write(str(value)) if write else value)


def headcount(band: str) -> str:
    """A band of INSEE's as people say it."""
    first = reading.BANDS.get(band)
    if first is None:
        return band
    if first not in _LAST:
        return str(_("%(number)s or more", number=format_decimal(first)))
    last = _LAST[first] - 1
    if last == first:
        return str(first)
    first_said, last_said = format_decimal(first), format_decimal(last)
    return str(_("%(first)s to %(last)s", first=first_said, last=last_said))


def _written(kind: str, value: Any) -> str:
    if kind == AttributeKind.YES_NO:
        return str(_("Yes") if value else _("No"))
    if kind == AttributeKind.DATE:
        return _day(str(value))
    if kind == AttributeKind.NUMBER and isinstance(value, int | float):
        return str(format_decimal(value))
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, dict):
        parts = {**value, "country": countries.name(value.get("country", ""))}
        return answers.envelope(parts).replace("\n", ", ")
    return str(value)


def _day(value: str) -> str:
    try:
        return str(format_date(date.fromisoformat(value), "long"))
    except ValueError:
        return value


_WRITERS: dict[str, Callable[[str], Any]] = {
    "country": countries.name,
    "language": lambda code: LOCALES.get(code, code),
    "phone": phones.shown,
    "landline": phones.shown,
    "headcount": headcount,
    "time_zone": lambda zone: zone.replace("_", " "),
}
