"""What is known about a person: every field of ours, and those of the workspace."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from babel.dates import get_timezone_location
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    Form,
    FormField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from webapp.contact_pages import facts
from webapp.contacts import answers, attributes, reading
from webapp.contacts.attributes import LONGEST_TEXT, ValueDoesNotFit
from webapp.contacts.fields import FIELDS, Kind, attribute_key
from webapp.contacts.meanwhile import ChangedMeanwhile
from webapp.contacts.models import Attribute, AttributeKind, Contact
from webapp.core import countries
from webapp.core.errors import DomainError
from webapp.core.form_fields import email, language, options, some_of, words
from webapp.core.i18n import _, _l, locale, sort_key
from webapp.core.normalising import companies, phones

# The names of custom fields in a form, so that none hides a field of ours.
OWN = "own_"
NOTHING = ("", "–")


def _countries() -> list[SelectChoice]:
    return [SelectChoice(*NOTHING), *countries.choices()]


def _headcounts() -> list[SelectChoice]:
    return options([NOTHING, *((one, facts.headcount(one)) for one in reading.BANDS)])


def _time_zones() -> list[SelectChoice]:
    """The zones people live in, by their place in the reader's language."""
    nothing = ("", _l("As most people of their country"))
    return options([nothing, *_places(locale())])


@cache
def _places(spoken: str) -> list[tuple[str, str]]:
    known = get_global("zone_territories").keys() & available_timezones()
    told = {zone: get_timezone_location(zone, locale=spoken) for zone in known}
    return sorted(told.items(), key=lambda pair: sort_key(pair[1]))


class _Reads:
    """Takes what the field of a profile takes, and keeps it in the form it is stored in."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self, _form: Form, field: Field) -> None:
        if not field.data:
            return
        try:
            field.data = FIELDS[self.key].reader(str(field.data))
        except DomainError as error:
            raise ValidationError(str(error)) from error


def _line(key: str, **more: Any) -> StringField:
    field = FIELDS[key]
    # A number is typed with spaces.
    longest = (
        field.longest * 2 if key in {"siren", "siret", "vat_number"} else field.longest
    )
    return words(field.label, longest, required=False, validators=[_Reads(key)], **more)


def _day(key: str) -> DateField:
    return DateField(FIELDS[key].label, [Optional(), _Reads(key)])


class ContactForm(FlaskForm):
    """What is known about a person; the workspace's own fields are added by `form_with`."""

    # How far the changes of the contact went when the form was shown.
    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])
    email = email(_l("E-mail"))
    civility = _line("civility")
    first_name = _line("first_name")
    last_name = _line("last_name")
    phone = _line("phone")
    landline = _line("landline")
    birth_date = _day("birth_date")
    language = language(_l("Language"))
    street = _line("street")
    street_more = _line("street_more", description=_l("Building, floor, “c/o”."))
    postcode = _line("postcode")
    city = _line("city")
    country = SelectField(_l("Country"), choices=_countries, default="")
    time_zone = SelectField(
        _l("Time zone"),
        choices=_time_zones,
        default="",
        validate_choice=False,
        validators=[_Reads("time_zone")],
        description=_l("For campaigns that arrive at the hour of their readers."),
    )
    company = _line("company")
    job_title = _line("job_title")
    siren = _line("siren", description=_l("Nine digits; the last one is checked."))
    siret = _line("siret", description=_l("The SIREN and five digits for the place."))
    vat_number = _line("vat_number")
    activity = _line("activity", description=_l("Such as 62.01Z."))
    headcount = SelectField(_l("Employees"), choices=_headcounts, default="")
    founded_on = _day("founded_on")

    def validate_siret(self, field: Field) -> None:
        """A place belongs to its company."""
        siren, siret = self.siren.data, field.data
        if (
            siren
            and siret
            and companies.siren_of(siret)
            != reading.one_line(siren, 40).replace(" ", "")
        ):
            raise ValidationError(
                _("The first nine digits are not those of the SIREN number.")
            )

    def refuse(self, error: ChangedMeanwhile, mark: int) -> None:
        """Say beside each field that both touched what stands there now; sent again, this wins."""
        for name in error.names:
            key = attribute_key(name)
            field = self[OWN + key if key else name]
            if isinstance(field, FormField):
                field = field["street"]
            field.errors = [*field.errors, str(error)]
        self.seen.data, self.seen.raw_data = mark, None

    def own_values(self, own: list[Attribute]) -> dict[str, Any]:
        """The workspace's own fields as they are stored; None for empty ones."""
        return {
            attribute.key: attributes.convert(attribute, _said(self, attribute))
            for attribute in own
        }

    def values(self, own: list[Attribute]) -> dict[str, Any]:
        """Everything that was filled in, by the contact's column; a SIRET tells the SIREN."""
        plain = {
            field.short_name: field.data for field in self if field.short_name in FIELDS
        }
        if plain["siret"] and not plain["siren"]:
            plain["siren"] = companies.siren_of(plain["siret"])
        return {**plain, "attributes": self.own_values(own)}


class _AddressForm(Form):
    """The parts of a postal address."""

    street = words(FIELDS["street"].label, 200, required=False)
    street_more = words(FIELDS["street_more"].label, 200, required=False)
    postcode = words(FIELDS["postcode"].label, 20, required=False)
    city = words(FIELDS["city"].label, 100, required=False)
    country = SelectField(FIELDS["country"].label, choices=_countries, default="")


def form_with(own: list[Attribute]) -> type[ContactForm]:
    """The form of a contact with the workspace's own fields."""
    fields = {OWN + attribute.key: _field(attribute) for attribute in own}
    return type("ContactFormOfWorkspace", (ContactForm,), fields)


def typed(contact: Contact, own: list[Attribute]) -> dict[str, Any]:
    """What is known of a contact, as it is typed into the form."""
    plain = {
        name: getattr(contact, name)
        for name, field in FIELDS.items()
        if field.kind is not Kind.DATE or getattr(contact, name)
    }
    shown = {name: phones.shown(plain[name]) for name in ("phone", "landline")}
    mine = {OWN + one.key: _typed(contact.attributes.get(one.key)) for one in own}
    return {**plain, **shown, **mine}


def _typed(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | dict):
        return value
    return "" if value is None else str(value)


def _said(form: FlaskForm, attribute: Attribute) -> Any:
    data = form[OWN + attribute.key].data
    if isinstance(data, Mapping):
        return {part: data.get(part) or "" for part in answers.ADDRESS_PARTS}
    return data or ""


def _field(attribute: Attribute) -> Field:
    kind = AttributeKind(attribute.kind)
    own = {choice: choice for choice in attribute.choices}
    if kind is AttributeKind.CHOICE:
        return SelectField(attribute.name, choices=options([NOTHING, *own.items()]))
    if kind is AttributeKind.CHOICES:
        return some_of(attribute.name, own)
    if kind is AttributeKind.ADDRESS:
        return FormField(_AddressForm, attribute.name)
    if kind is AttributeKind.YES_NO:
        said = [NOTHING, ("yes", _l("Yes")), ("no", _l("No"))]
        return SelectField(attribute.name, choices=options(said))
    return StringField(
        attribute.name,
        [Length(max=LONGEST_TEXT), _Fits(attribute)],
        render_kw={"type": "date"} if kind is AttributeKind.DATE else {},
    )


class _Fits:
    """Refuses what is not of the field's type."""

    def __init__(self, attribute: Attribute) -> None:
        self.attribute = attribute

    def __call__(self, _form: Form, field: Field) -> None:
        try:
            attributes.convert(self.attribute, field.data or "")
        except ValueDoesNotFit as error:
            raise ValidationError(str(error)) from error
