"""Phone numbers as the world dials them (E.164), from the many ways they are written."""

import re
from enum import StrEnum
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

# France overseas by the beginning of the postcode: most such addresses say "France".
OVERSEAS = {
    "971": "GP",
    "972": "MQ",
    "973": "GF",
    "974": "RE",
    "975": "PM",
    "976": "YT",
    "977": "BL",
    "978": "MF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}
# They share the ten digits of mainland France: 0692 is Réunion's wherever it is dialled.
_ONE_PLAN = ("FR", "GP", "MQ", "GF", "RE", "YT")
# What people write around a number.
_WORDS = re.compile(
    r"^(?:t[ée]l(?:[ée]phone)?|tel|mobile|portable|port|fixe|gsm|phone)\b[\s.:]*",
    re.IGNORECASE,
)
# A whole number that went through a column of decimal ones.
_DECIMAL = re.compile(r"^(\+?\d+)[.,]0$")
_ZERO = re.compile(r"(?<![^\W\d_])[oO](?=[\d\s.-]*\d)")
# Nearly all that is kept in a French base: the library need not look at it again.
_KEPT = re.compile(r"\+33[1-79]\d{8}")
# Longer ones are no numbers: the library need not look.
_LONGEST = 40


class Kind(StrEnum):
    """What answers at a number."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    OTHER = "other"
    # It cannot be dialled as it stands: kept as typed, for somebody to ask.
    UNVERIFIED = "unverified"


class Phone(NamedTuple):
    """A number: `e164` is empty unless it is valid; `shown` is how people read it."""

    e164: str
    kind: Kind
    shown: str

    @property
    def stored(self) -> str:
        """What a contact keeps: the number the world dials, else what was typed."""
        return self.e164 or self.shown


_KINDS = {
    PhoneNumberType.MOBILE: Kind.MOBILE,
    PhoneNumberType.FIXED_LINE: Kind.LANDLINE,
    # A box of an internet provider, which stands in a home (09 in France).
    PhoneNumberType.VOIP: Kind.LANDLINE,
}


def normalise(text: str, country: str = "FR", postcode: str = "") -> Phone:
    """The number that was meant; one that cannot be valid is kept as typed, unverified."""
    typed = " ".join(text.split())
    written = _written(typed)
    if len(written) <= _LONGEST:
        for region in _regions(country, postcode):
            number = _read(written, region)
            if number:
                return _phone(number)
    return Phone("", Kind.UNVERIFIED, typed)


def is_kept(text: str) -> bool:
    """Whether this is a French number in the form we keep: seen at a glance."""
    return _KEPT.fullmatch(text) is not None


def shown(e164: str) -> str:
    """A stored number as people read it: French ones in pairs, others in the international way."""
    if not e164.startswith("+"):
        return e164
    number = _read(e164, "FR")
    return _in_pairs(number) if number else e164


def _regions(country: str, postcode: str) -> tuple[str, ...]:
    country = country.upper() or "FR"
    here = OVERSEAS.get(postcode.strip()[:3], "FR") if country == "FR" else country
    if here in _ONE_PLAN:
        return (here, *(region for region in _ONE_PLAN if region != here))
    return (here, *_ONE_PLAN) if country == "FR" else (here,)


def _written(typed: str) -> str:
    """The digits, without the words around them."""
    written = _WORDS.sub("", typed.removeprefix("tel:").lstrip("'= \"").rstrip('"'))
    return _ZERO.sub("0", _DECIMAL.sub(r"\1", written))


def _read(written: str, region: str) -> PhoneNumber | None:
    if any(sign.isalpha() for sign in written):
        # The library would read letters as the keys they stand on.
        return None
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _phone(number: PhoneNumber) -> Phone:
    kind = _KINDS.get(phonenumbers.number_type(number), Kind.OTHER)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Phone(e164, kind, _in_pairs(number))


def _in_pairs(number: PhoneNumber) -> str:
    french = number.country_code in {33, 262, 508, 590, 594, 596}
    style = PhoneNumberFormat.NATIONAL if french else PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(number, style))
