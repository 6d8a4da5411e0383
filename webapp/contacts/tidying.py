"""What somebody typed, in the form we keep: only where nothing can be meant but that.

A guess is no form: a slip in a city is shown to a colleague (see `quality`), never put right here.
"""

from collections.abc import Callable, Mapping
from typing import Any

from webapp.contacts.models import Contact
from webapp.core.normalising import names, phones, places
from webapp.core.normalising.places import Certainty

_FRANCE = {"", "FR"}
# Nothing else can be meant; a former commune keeps the name that its people give it.
_CERTAIN = {Certainty.EXACT, Certainty.CITY}
_WORDS: dict[str, Callable[[str], str]] = {
    "civility": names.civility,
    "first_name": names.tidy,
    "last_name": names.tidy,
}


def tidy(said: Mapping[str, Any], contact: Contact | None = None) -> dict[str, Any]:
    """The same values by the same names, each as it is kept.

    :param contact: whose they are: a number is read as people around their postcode write it.
    """
    told = dict(said)
    for name in told.keys() & _WORDS.keys():
        told[name] = _WORDS[name](told[name] or "")
    known = _address(told, contact)
    for name in told.keys() & {"phone", "landline"}:
        told[name] = _phone(told[name], known)
    if known["country"] in _FRANCE:
        told.update(_place(told, known))
    return told


def _address(told: Mapping[str, Any], contact: Contact | None) -> dict[str, str]:
    """Where the person lives: as they say now, else as it is known."""
    parts = ("postcode", "city", "country", "street")
    return {
        part: told[part] or "" if part in told else getattr(contact, part, "")
        for part in parts
    }


def _phone(typed: str | None, known: Mapping[str, str]) -> str:
    if not typed or phones.is_kept(typed):
        return typed or ""
    return phones.normalise(typed, known["country"], known["postcode"]).stored


def _place(told: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """Of what was said alone: nobody's city changes because they gave a phone number."""
    kept = {}
    if told.get("street"):
        kept["street"] = places.tidy_street(told["street"])
    if told.get("postcode") or told.get("city"):
        found = places.resolve(known["postcode"], known["city"])
        if found.certainty in _CERTAIN:
            kept["postcode"], kept["city"] = found.postcode, found.city
    return {name: value for name, value in kept.items() if told.get(name)}
