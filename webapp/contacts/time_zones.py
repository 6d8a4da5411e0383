"""In which time zone a contact lives: as we were told, else where most people of the country live."""

from functools import cache
from zoneinfo import available_timezones

from babel.core import get_global
from sqlalchemy import ColumnElement, case, func, literal

from webapp.contacts.models import Contact

# Countries with several zones: where most of their people live.
_MOST_LIVE_IN = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Gaza",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}
# France overseas, by the beginning of the postcode: many such addresses say "France".
_OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}


def key() -> ColumnElement[str]:
    """What decides a contact's zone, for a statement: look it up in `zones`."""
    prefix = func.left(Contact.postcode, 3)
    overseas = Contact.country.in_(("", "FR")) & prefix.in_(_OVERSEAS)
    return case(
        (Contact.time_zone != "", Contact.time_zone),
        (overseas, literal("FR-") + prefix),
        else_=Contact.country,
    )


@cache
def zones() -> dict[str, str]:
    """The zone (IANA) for each key there may be; no zone is known for any other."""
    known = available_timezones()
    alone = {
        country: found[0]
        for country, found in get_global("territory_zones").items()
        if len(found) == 1 and country.isalpha()
    }
    overseas = {f"FR-{prefix}": zone for prefix, zone in _OVERSEAS.items()}
    found = {**{zone: zone for zone in known}, **alone, **_MOST_LIVE_IN, **overseas}
    return {key: zone for key, zone in found.items() if zone in known}
