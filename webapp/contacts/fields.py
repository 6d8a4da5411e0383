"""The plain fields of a profile: what each is called, how long it is, and how it is read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from webapp.contacts import reading
from webapp.core import addresses
from webapp.core.i18n import _l


class Kind(StrEnum):
    """What a field holds, for whoever shows, asks or compares it."""

    TEXT = "text"
    DATE = "date"
    # One of a list that is ours: countries, languages, time zones, sizes of companies.
    CODE = "code"


class Group(StrEnum):
    """Where a field stands on the page of a contact."""

    PERSON = "person"
    ADDRESS = "address"
    COMPANY = "company"


@dataclass(frozen=True)
class Field:
    """One field: its column, its words, its type, and the reader of what somebody typed.

    The reader gives "" (or None for a day) for nothing, and raises a DomainError with the
    reason where the text is no value of the field.
    """

    key: str
    label: Any
    kind: Kind
    longest: int
    reader: Callable[[str], Any]
    group: Group = Group.PERSON

    @property
    def empty(self) -> Any:
        """What stands where nothing is known."""
        return None if self.kind is Kind.DATE else ""


def _words(key: str, label: Any, longest: int, group: Group = Group.PERSON) -> Field:
    def reader(typed: str) -> str:
        return reading.one_line(typed, longest)

    return Field(key, label, Kind.TEXT, longest, reader, group)


def _number(key: str, label: Any, longest: int, reader: Callable[[str], str]) -> Field:
    return Field(key, label, Kind.TEXT, longest, reader, Group.COMPANY)


def _code(
    key: str, label: Any, longest: int, reader: Callable[[str], str], group: Group
) -> Field:
    return Field(key, label, Kind.CODE, longest, reader, group)


def _address(key: str, label: Any) -> Field:
    return Field(key, label, Kind.TEXT, addresses.MAX_LENGTH, addresses.normalise)


def _day(
    key: str, label: Any, reader: Callable[[str], Any], group: Group = Group.PERSON
) -> Field:
    return Field(key, label, Kind.DATE, 10, reader, group)


_ALL = (
    _address("email", _l("E-mail")),
    _words("civility", _l("Civility"), 10),
    _words("first_name", _l("First name"), 100),
    _words("last_name", _l("Last name"), 100),
    _words("phone", _l("Phone"), 30),
    _words("landline", _l("Landline"), 30),
    _day("birth_date", _l("Date of birth"), reading.birth_date),
    _code("language", _l("Language"), 5, reading.language, Group.PERSON),
    _words("street", _l("Street"), 200, Group.ADDRESS),
    _words("street_more", _l("Address, continued"), 200, Group.ADDRESS),
    _words("postcode", _l("Postcode"), 20, Group.ADDRESS),
    _words("city", _l("City"), 100, Group.ADDRESS),
    _code("country", _l("Country"), 2, reading.country, Group.ADDRESS),
    _code("time_zone", _l("Time zone"), 40, reading.time_zone, Group.ADDRESS),
    _words("company", _l("Company"), 150, Group.COMPANY),
    _words("job_title", _l("Job title"), 100, Group.COMPANY),
    _number("siren", _l("SIREN number"), 9, reading.siren),
    _number("siret", _l("SIRET number"), 14, reading.siret),
    _number("vat_number", _l("VAT number"), 20, reading.vat_number),
    _number("activity", _l("Activity (NAF code)"), 10, reading.activity),
    _code("headcount", _l("Employees"), 12, reading.headcount, Group.COMPANY),
    _day("founded_on", _l("Founded on"), reading.past_day, Group.COMPANY),
)
FIELDS: dict[str, Field] = {field.key: field for field in _ALL}
# Fields of a workspace are named so among ours.
ATTRIBUTE = "attribute:"
_KEY = re.compile(rf"^{ATTRIBUTE}(.+)$")


def attribute_key(name: str) -> str | None:
    """The key of the workspace's own field with this name; None for one of ours."""
    found = _KEY.match(name)
    return found[1] if found else None
