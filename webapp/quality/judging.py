"""What is doubtful in one profile: pure, so that a million are judged in minutes."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from webapp.contacts import tidying
from webapp.contacts.fields import FIELDS
from webapp.core import addresses, typos
from webapp.core.errors import DomainError
from webapp.core.normalising import phones, places
from webapp.core.normalising.phones import Kind
from webapp.core.normalising.places import Certainty
from webapp.quality.models import Doubt

# Raised when the rules below change: everybody is looked at again.
RULES = 1
# What this module asks of a contact.
COLUMNS = (
    *("email", "civility", "first_name", "last_name", "phone", "landline"),
    *("street", "postcode", "city", "country", "siren", "siret", "vat_number"),
)
TIDIED = COLUMNS[1:9]
_NUMBERS = ("siren", "siret", "vat_number")
_FRANCE = {"", "FR"}


def judge(
    profile: Mapping[str, str], trusted: Collection[str] = ()
) -> dict[Doubt, str]:
    """The doubts about a profile, each with what was probably meant, or nothing.

    :param profile: the `COLUMNS` of a contact.
    :param trusted: domains that look mistyped and are right.
    """
    return dict(_doubts(profile, trusted))


def untidy(profile: Mapping[str, str]) -> dict[str, Any]:
    """The values of a profile that would be kept in another form today, in that form."""
    known = {name: profile[name] for name in TIDIED if profile[name]}
    kept = tidying.tidy({**known, "country": profile["country"]})
    return {name: kept[name] for name in known if kept[name] != known[name]}


def _doubts(
    profile: Mapping[str, str], trusted: Collection[str]
) -> Iterator[tuple[Doubt, str]]:
    meant = typos.suggestion(profile["email"])
    if meant and addresses.domain(profile["email"]) not in trusted:
        yield Doubt.MISTYPED, meant
    for name, doubt in (("phone", Doubt.PHONE), ("landline", Doubt.LANDLINE)):
        if profile[name] and not _rings(profile, name):
            yield doubt, ""
    if profile["country"] in _FRANCE and (profile["postcode"] or profile["city"]):
        yield from _place(profile)
    if any(profile[name] and not _checks(name, profile[name]) for name in _NUMBERS):
        yield Doubt.COMPANY, ""
    forms = untidy(profile)
    if forms:
        yield Doubt.UNTIDY, ", ".join(str(form) for form in forms.values())[:300]


def _rings(profile: Mapping[str, str], name: str) -> bool:
    if phones.is_kept(profile[name]):
        return True
    country, postcode = profile["country"], profile["postcode"]
    phone = phones.normalise(profile[name], country, postcode)
    return phone.kind is not Kind.UNVERIFIED


def _place(profile: Mapping[str, str]) -> Iterator[tuple[Doubt, str]]:
    found = places.resolve(profile["postcode"], profile["city"])
    if found.certainty is Certainty.NONE:
        yield Doubt.PLACE, ""
    if found.certainty is Certainty.CLOSE:
        yield Doubt.PLACE, f"{found.postcode} {found.city}"


def _checks(name: str, value: str) -> bool:
    try:
        FIELDS[name].reader(value)
    except DomainError:
        return False
    return True
