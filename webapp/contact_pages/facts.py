"""What is known of a contact, written as its reader writes dates, countries and answers."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from babel.dates import format_date

from webapp.consent.grounds import Sector
from webapp.contacts.models import Attribute, AttributeKind, Contact, Frequency
from webapp.core import countries
from webapp.core.i18n import LOCALES, _, _l, locale

# The sections of NACE Rev. 2, as people speak of them.
SECTORS: dict[str, Any] = {
    Sector.AGRICULTURE.value: _l("Agriculture, forestry, fishing"),
    Sector.INDUSTRY.value: _l("Industry and crafts that make things"),
    Sector.CONSTRUCTION.value: _l("Building and its trades"),
    Sector.TRADE.value: _l("Shops, wholesale, garages"),
    Sector.TRANSPORT.value: _l("Transport and storage"),
    Sector.HOSPITALITY.value: _l("Hotels, restaurants, cafés"),
    Sector.INFORMATION.value: _l("Computing, media, telecommunications"),
    Sector.FINANCE.value: _l("Banking and insurance"),
    Sector.REAL_ESTATE.value: _l("Real estate"),
    Sector.EXPERTISE.value: _l("Law, accounting, architecture, consulting, science"),
    Sector.SUPPORT.value: _l("Services to companies, travel agencies"),
    Sector.ADMINISTRATION.value: _l("Public administration"),
    Sector.EDUCATION.value: _l("Education and training"),
    Sector.HEALTH.value: _l("Health and social work"),
    Sector.CULTURE.value: _l("Arts, culture, sport, leisure"),
    Sector.SERVICES.value: _l("Associations, hairdressers, other services"),
}

FREQUENCIES: dict[str, Any] = {
    Frequency.ALL: _l("Every message"),
    Frequency.WEEKLY: _l("At most one a week"),
    Frequency.MONTHLY: _l("At most one a month"),
}


def facts(contact: Contact, own: Iterable[Attribute]) -> list[tuple[str, Any]]:
    """Each field by its name, the workspace's own ones last; None where nothing is known."""
    return [
        (_("E-mail"), contact.email),
        (_("Civility"), contact.civility),
        (_("First name"), contact.first_name),
        (_("Last name"), contact.last_name),
        (_("Phone"), contact.phone),
        (_("Postcode"), contact.postcode),
        (_("City"), contact.city),
        (_("Country"), countries.name(contact.country)),
        (_("Date of birth"), _day(contact.birth_date)),
        (_("Language"), LOCALES.get(contact.language, contact.language)),
        (_("How often"), str(FREQUENCIES[contact.frequency])),
        *[(one.name, _written(one, contact.attributes.get(one.key))) for one in own],
    ]


def _written(attribute: Attribute, value: Any) -> Any:
    if value is None:
        return None
    if attribute.kind == AttributeKind.YES_NO:
        return _("Yes") if value else _("No")
    if attribute.kind == AttributeKind.DATE:
        return _day(date.fromisoformat(value))
    return value


def _day(day: date | None) -> str | None:
    return format_date(day, "long", locale=locale()) if day else None
