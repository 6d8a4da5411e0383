"""Read what somebody typed or a file holds into the value of a field; say why it is none."""

import re
import unicodedata
from datetime import date, datetime
from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as siren_numbers
from stdnum.fr import siret as siret_numbers

from webapp.core import clock
from webapp.core.errors import DomainError
from webapp.core.i18n import LOCALES, _l

# Nobody is older.
OLDEST = 120
# As people write days, the French way first.
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%Y/%m/%d")
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


class NotADay(DomainError):
    """What was typed is no day of the calendar, or one that cannot be."""

    message = _l("This is not a day.")


class UnknownCountry(DomainError):
    """No country has this name or code."""

    message = _l("There is no such country.")


class UnknownLanguage(DomainError):
    """No language has this name or code."""

    message = _l("There is no such language.")


class UnknownTimeZone(DomainError):
    """The IANA knows no such zone."""

    message = _l("There is no such time zone.")


class NotASiren(DomainError):
    """Nine digits whose last one checks the others (ISO 7812)."""

    message = _l("This is not a SIREN number: its digits do not check.")


class NotASiret(DomainError):
    """A SIREN and five digits, the last one of which checks the others."""

    message = _l("This is not a SIRET number: its digits do not check.")


class NotAVatNumber(DomainError):
    """No member state gives out such a number."""

    message = _l("This is not a VAT number of the European Union.")


class NotAnActivity(DomainError):
    """Four digits and a letter, as in 62.01Z."""

    message = _l("This is not an activity code such as 62.01Z.")


class NotAHeadcount(DomainError):
    """No band of INSEE's, and no range that is one."""

    message = _l("This is not a size of company such as “10 to 19”.")


def one_line(value: str, longest: int) -> str:
    """What somebody typed, on one line, without control characters, not too long."""
    printable = "".join(sign if sign.isprintable() else " " for sign in value)
    return " ".join(printable.split())[:longest]


def day(typed: str) -> date | None:
    """A day, as ISO or the French write it; None for nothing.

    :raises NotADay: for anything else.
    """
    text = one_line(typed, 40)
    if not text:
        return None
    # Spreadsheet programs add an hour that nobody typed.
    text = re.sub(r"[T ]00:00(:00(\.0+)?)?$", "", text)
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise NotADay


def past_day(typed: str) -> date | None:
    """A day that has come already.

    :raises NotADay: for anything else.
    """
    found = day(typed)
    if found and found > clock.now().date():
        raise NotADay
    return found


def birth_date(typed: str) -> date | None:
    """The birthday of somebody alive.

    :raises NotADay: for anything else.
    """
    found = past_day(typed)
    if found and found.year < clock.now().year - OLDEST:
        raise NotADay
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

    :raises NotASiren: when they do not check.
    """
    text = siren_numbers.compact(one_line(typed, 40))
    if text and not siren_numbers.is_valid(text):
        raise NotASiren
    return str(text)


def siret(typed: str) -> str:
    """Fourteen digits: one place of a company.

    :raises NotASiret: when they do not check.
    """
    text = siret_numbers.compact(one_line(typed, 40))
    if text and not siret_numbers.is_valid(text):
        raise NotASiret
    return str(text)


def vat_number(typed: str) -> str:
    """The number for the value-added tax, with the code of its member state.

    :raises NotAVatNumber: when no member state gives out such a number.
    """
    text = one_line(typed, 40)
    if not text:
        return ""
    try:
        return str(vat.validate(text))
    except ValidationError as error:
        raise NotAVatNumber from error


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
