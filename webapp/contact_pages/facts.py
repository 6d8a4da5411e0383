"""What is known of a contact, written as its reader writes dates, countries and answers."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from babel.dates import format_date

from webapp.contacts.models import Attribute, AttributeKind, Contact
from webapp.core import countries
from webapp.core.i18n import LOCALES, _, locale


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
