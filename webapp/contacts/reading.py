"""Read what somebody typed or a file holds into the value of a field; say why it is none."""

import re
import unicodedata
from datetime import date
from functools import cache
from zoneinfo import available_timezones

from babel import Locale

from webapp.core import clock
from webapp.core.errors import DomainError
from webapp.core.i18n import LOCALES, _l
from webapp.core.normalising import companies, dates

# Nobody is older.
OLDEST = 120
_NAF = re.compile(r"(\d{2})\.?(\d{2})([A-Z])")
_RANGE = re.compile(r"(\d+)\D+(\d+)?")
# The bands of INSEE: the first number of people in each (variable "tranche d'effectifs").
BANDS = {
    "00": 0,
    "01": 1,
    "02": 3,
    "03": 6,
    "11": 10,
    "12": 20,
    "21": 50,
    "22": 100,
    "31": 200,
    "32": 250,
    "41": 500,
    "42": 1000,
    "51": 2000,
    "52": 5000,
    "53": 10000,
}


class DayCannotBe(DomainError):
    """A day to come, or a birthday of somebody too old to be alive."""

    message = _l("This day cannot be: it is still to come, or too long ago.")


class UnknownCountry(DomainError):
    """No country has this name or code."""

    message = _l("There is no such country.")


class UnknownLanguage(DomainError):
    """No language has this name or code."""

    message = _l("There is no such language.")


class UnknownTimeZone(DomainError):
    """The IANA knows no such zone."""

    message = _l("There is no such time zone.")


class NotAnActivity(DomainError):
    """Four digits and a letter, as in 62.01Z."""

    message = _l("This is not an activity code such as 62.01Z.")


class NotAHeadcount(DomainError):
    """No band of INSEE's, and no range that is one."""

    message = _l("This is not a size of company such as “10 to 19”.")


def one_line(value: str, longest: int) -> str:
    """What somebody typed, on one line, without control characters, not too long."""
    if not value.isprintable():
        value = "".join(sign if sign.isprintable() else " " for sign in value)
    return " ".join(value.split())[:longest]


def day(typed: str) -> date | None:
    """A day, as people and spreadsheets write it; None for nothing.

    :raises NotADate: for anything else.
    """
    text = one_line(typed, 60)
    return dates.read(text) if text else None


def past_day(typed: str) -> date | None:
    """A day that has come already.

    :raises NotADate: for no day.
    :raises DayCannotBe: for one to come.
    """
    found = day(typed)
    if found and found > clock.now().date():
        raise DayCannotBe
    return found


def birth_date(typed: str) -> date | None:
    """The birthday of somebody alive.

    :raises NotADate: for no day.
    :raises DayCannotBe: for one to come, or longer ago than people live.
    """
    found = past_day(typed)
    if found and found.year < clock.now().year - OLDEST:
        raise DayCannotBe
    return found


def country(typed: str) -> str:
    """The ISO code of a country given by its code or its French or English name.

    :raises UnknownCountry: when no country is called so.
    """
    text = one_line(typed, 100)
    if not text:
        return ""
    found = _countries().get(_plain(text))
    if found is None:
        raise UnknownCountry
    return found


def language(typed: str) -> str:
    """The code of a language given by its code ("fr", "fr-FR") or its name.

    :raises UnknownLanguage: when no language is called so.
    """
    text = one_line(typed, 60)
    if not text:
        return ""
    names = _languages()
    found = names.get(_plain(text)) or names.get(_plain(re.split("[-_]", text)[0]))
    if found is None:
        raise UnknownLanguage
    return found


def time_zone(typed: str) -> str:
    """The name of a zone as the IANA writes it.

    :raises UnknownTimeZone: when there is no such zone.
    """
    text = one_line(typed, 40)
    if text and text not in available_timezones():
        raise UnknownTimeZone
    return text


def siren(typed: str) -> str:
    """Nine digits of the register of companies.

    :raises NotValid: when they do not check.
    """
    text = one_line(typed, 40)
    return companies.siren(text) if text else ""


def siret(typed: str) -> str:
    """Fourteen digits: one place of a company.

    :raises NotValid: when they do not check.
    """
    text = one_line(typed, 40)
    return companies.siret(text) if text else ""


def vat_number(typed: str) -> str:
    """The number for the value-added tax, with the code of its member state.

    :raises NotValid: when no member state gives out such a number.
    """
    text = one_line(typed, 40)
    return companies.vat(text) if text else ""


def activity(typed: str) -> str:
    """A code of the French nomenclature of activities, with its dot.

    :raises NotAnActivity: when it is none.
    """
    text = one_line(typed, 40).upper().replace(" ", "")
    if not text:
        return ""
    found = _NAF.fullmatch(text)
    if found is None:
        raise NotAnActivity
    return f"{found[1]}.{found[2]}{found[3]}"


def headcount(typed: str) -> str:
    """The band of INSEE's, given by its code or as a range ("10 to 19").

    :raises NotAHeadcount: when it is neither.
    """
    text = one_line(typed, 60)
    if text in BANDS or not text:
        return text
    found = _RANGE.match(text)
    first = int(found[1]) if found else None
    for code, least in BANDS.items():
        if least == first:
            return code
    raise NotAHeadcount


def _plain(text: str) -> str:
    """Without accents, case and signs: as two people write the same name."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]+", " ", bare.lower()).strip()


@cache
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for spoken in LOCALES:
        for code, name in Locale.parse(spoken).territories.items():
            if len(code) == 2 and code.isalpha():
                found[_plain(name)] = code
                found.setdefault(code.lower(), code)
    return {**found, "usa": "US", "etats unis d amerique": "US", "uk": "GB"}


@cache
def _languages() -> dict[str, str]:
    found: dict[str, str] = {}
    for spoken in LOCALES:
        for code, name in Locale.parse(spoken).languages.items():
            if len(code) == 2:
                found[_plain(name)] = code
                found.setdefault(code, code)
    return found
