"""What of a person is compared: the words as they sound alike, the numbers as they are dialled."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from webapp.core.normalising import addresses, phones
from webapp.duplicates.phonetics import fold

# The fields of a contact that are compared: a change to any other changes nothing here.
COMPARED = (
    "email",
    "civility",
    "first_name",
    "last_name",
    "phone",
    "landline",
    "birth_date",
    "street",
    "street_more",
    "postcode",
    "city",
    "country",
)
_WOMEN = frozenset({"mme", "mlle", "madame", "mademoiselle", "mrs", "ms", "f"})
_MEN = frozenset({"m", "mr", "monsieur", "h"})
_MOBILE = re.compile(r"\+33[67]|\+262(?:692|693|639)|\+59[06]69|\+594694")
_LANDLINE = re.compile(r"\+33[1-589]")
# "Rue" is as good as "avenue" in people's memory: what follows tells streets apart.
_IDLE = frozenset(
    """
    rue r avenue av ave boulevard bd bld boul chemin ch che allee all allees impasse imp place pl
    route rte square sq quai cours passage de du des la le les l d et a au aux
    """.split()  # noqa: SIM905
)
_WRITTEN_OUT = {
    "res": "residence",
    "lot": "lotissement",
    "fg": "faubourg",
    "st": "saint",
    "ste": "sainte",
    "gal": "general",
    "mal": "marechal",
    "pdt": "president",
    "dr": "docteur",
}
_NUMBER = re.compile(r"^(\d+) ?(bis|ter|quater|[a-d])?\b ?")


class Identity(NamedTuple):
    """A person as compared; what is not known is empty."""

    first: str = ""
    last: str = ""
    # "f" or "m", as declared; never guessed from a name.
    civility: str = ""
    # "19800131".
    born: str = ""
    email: str = ""
    mobile: str = ""
    landline: str = ""
    # "12 bis", and the rest of the line.
    number: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    # A number of this person alone: a loyalty card, a customer number.
    reference: str = ""


def identity(fields: Mapping[str, Any], reference: str = "") -> Identity:
    """What is compared of a contact's fields, named as in `COMPARED`."""
    mobile, landline = _phones(fields)
    number, street = _street(f"{fields['street']} {fields['street_more']}")
    born = fields["birth_date"]
    return Identity(
        first=fold(fields["first_name"]),
        last=fold(fields["last_name"]),
        civility=_civility(fields["civility"]),
        born=born.strftime("%Y%m%d") if born else "",
        email=addresses.key(fields["email"]),
        mobile=mobile,
        landline=landline,
        number=number,
        street=street,
        postcode=fold(fields["postcode"]).replace(" ", ""),
        city=_city(fields["city"]),
        reference=fold(reference).replace(" ", ""),
    )


def _civility(declared: str) -> str:
    word = fold(declared)
    if word in _WOMEN:
        return "f"
    return "m" if word in _MEN else ""


def _phones(fields: Mapping[str, Any]) -> tuple[str, str]:
    """The mobile, which is one person's, and the landline, which is a household's."""
    found = {"mobile": "", "landline": ""}
    for typed in (fields["landline"], fields["phone"]):
        kind, number = _phone(typed, fields)
        if number:
            found[kind] = number
    return found["mobile"], found["landline"]


def _phone(typed: str, fields: Mapping[str, Any]) -> tuple[str, str]:
    if not typed:
        return "landline", ""
    if _MOBILE.match(typed):
        return "mobile", typed
    if _LANDLINE.match(typed):
        return "landline", typed
    read = phones.normalise(typed, fields["country"], fields["postcode"])
    kind = "mobile" if read.kind == phones.Kind.MOBILE else "landline"
    return kind, read.e164


def _street(line: str) -> tuple[str, str]:
    """The number of the house, and the words of the street that say something."""
    line = fold(line)
    number = _NUMBER.match(line)
    if not number:
        return "", _telling(line)
    return " ".join(filter(None, number.groups())), _telling(line[number.end() :])


def _telling(street: str) -> str:
    words = [_WRITTEN_OUT.get(word, word) for word in street.split()]
    return " ".join([word for word in words if word not in _IDLE] or words)


def _city(city: str) -> str:
    words = [_WRITTEN_OUT.get(word, word) for word in fold(city).split()]
    return " ".join(word for word in words if word != "cedex" and not word.isdigit())
