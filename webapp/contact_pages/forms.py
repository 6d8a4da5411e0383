"""The forms about contacts."""

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    Length,
    Optional,
    StopValidation,
    ValidationError,
)

from webapp.consent.grounds import Ground, GroundIsRefused, Profession, Sale
from webapp.consent.models import Basis
from webapp.contact_pages.dossier import COLLECTED
from webapp.contact_pages.facts import SECTORS
from webapp.contact_pages.stopping import BY_HAND, GROUNDS
from webapp.contacts import attributes
from webapp.contacts.attributes import LONGEST_TEXT, ValueDoesNotFit
from webapp.contacts.models import Attribute, AttributeKind
from webapp.contacts.registering import WORDS
from webapp.core import countries
from webapp.core.form_fields import email, language, options, stripped, words
from webapp.core.i18n import _, _l
from webapp.deliverability.models import SuppressionReason

KINDS = {
    AttributeKind.TEXT: _l("Text"),
    AttributeKind.NUMBER: _l("Number"),
    AttributeKind.DATE: _l("Date"),
    AttributeKind.CHOICE: _l("Choice"),
    AttributeKind.CHOICES: _l("Several choices"),
    AttributeKind.YES_NO: _l("Yes or no"),
    AttributeKind.ADDRESS: _l("Postal address"),
}
# The names of custom fields in a form, so that none hides a field of ours.
OWN = "own_"
NOTHING = ("", "–")

BASES = {
    Basis.CONSENT.value: _l("They asked for it"),
    Basis.EXISTING_CUSTOMER.value: _l("They are a customer"),
    Basis.LEGITIMATE_INTEREST.value: _l("It is about their profession"),
}


def row_or_none(value: object) -> int | None:
    """The number of a row, where one was chosen."""
    return int(str(value)) if str(value).isdigit() else None


class When:
    """Asks for a field where somebody is put on a list on this basis, and for nothing elsewhere."""

    def __init__(self, basis: Basis) -> None:
        self.basis = basis

    def __call__(self, form: Form, field: Field) -> None:
        if form["basis"].data != self.basis:
            raise StopValidation
        if not field.data:
            raise StopValidation(field.gettext("This field is required."))


def _countries() -> list[SelectChoice]:
    return [SelectChoice(*NOTHING), *countries.choices()]


class ContactForm(FlaskForm):
    """What is known about a person; the workspace's own fields are added by `form_with`."""

    email = email(_l("E-mail"))
    civility = words(_l("Civility"), WORDS["civility"], required=False)
    first_name = words(_l("First name"), WORDS["first_name"], required=False)
    last_name = words(_l("Last name"), WORDS["last_name"], required=False)
    phone = words(_l("Phone"), WORDS["phone"], required=False)
    postcode = words(_l("Postcode"), WORDS["postcode"], required=False)
    city = words(_l("City"), WORDS["city"], required=False)
    country = SelectField(_l("Country"), choices=_countries, default="")
    birth_date = DateField(_l("Date of birth"), [Optional()])
    language = language(_l("Language"))

    def own_values(self, own: list[Attribute]) -> dict[str, object]:
        """The workspace's own fields as they are stored; None for empty ones."""
        return {
            attribute.key: attributes.convert(attribute, self[OWN + attribute.key].data)
            for attribute in own
        }

    def values(self, own: list[Attribute]) -> dict[str, Any]:
        """Everything that was filled in, by the contact's column."""
        plain = {
            field.short_name: field.data
            for field in self
            if field.short_name in {*WORDS, "email", "birth_date", "language"}
        }
        return {**plain, "attributes": self.own_values(own)}


class AskForm(FlaskForm):
    """Put somebody on a list: they confirm it themselves, or a sale or a profession stands for it."""

    mailing_list = SelectField(_l("List"), coerce=int)
    basis = RadioField(
        _l("Why may you write to them?"),
        choices=options(BASES.items()),
        default=Basis.CONSENT.value,
    )
    collected = RadioField(
        _l("How did this person ask for it?"),
        [When(Basis.CONSENT)],
        choices=options(COLLECTED.items()),
        validate_choice=False,
    )
    stated = BooleanField(
        _l("I state that this person asked for it themselves."), [When(Basis.CONSENT)]
    )
    reference = words(
        _l("Number of the order or of the invoice"),
        40,
        required=False,
        description=_l("So that you can prove the sale. No name, no address."),
    )
    sold_on = DateField(
        _l("Day of the sale"), [When(Basis.EXISTING_CUSTOMER), Optional()]
    )
    family = words(
        _l("What they bought"),
        120,
        required=False,
        render_kw={"list": "families", "autocomplete": "off"},
        description=_l("It must be what the list is about."),
    )
    notice = SelectField(
        _l("What they read at the sale"), coerce=row_or_none, validate_choice=False
    )
    could_refuse = BooleanField(
        _l("They could refuse at that moment, free of charge, and did not.")
    )
    sold_by_us = BooleanField(
        _l("We sold it ourselves: no partner, no former owner of the shop.")
    )
    sector = SelectField(
        _l("What they do for a living"),
        choices=lambda: options([NOTHING, *SECTORS.items()]),
        default="",
        description=_l("Your messages must be about this."),
    )

    def ground(self, workspace_id: int) -> Ground | None:
        """What stands for their agreement; None: they are asked for it."""
        if self.basis.data == Basis.LEGITIMATE_INTEREST:
            return Profession(self.sector.data)
        if self.basis.data == Basis.EXISTING_CUSTOMER:
            return Sale(
                reference=self.reference.data or "",
                sold_on=self.sold_on.data,
                seller=workspace_id if self.sold_by_us.data else 0,
                family=self.family.data or "",
                could_refuse=self.could_refuse.data,
            )
        return None

    def refuse(self, error: GroundIsRefused) -> None:
        """Say beside its field what is wrong."""
        field = self[error.field]
        field.errors = [*field.errors, str(error)]


class FieldForm(FlaskForm):
    """A field the workspace adds to its contacts."""

    name = words(_l("Name"), 80)
    kind = SelectField(
        _l("Type"), choices=options((kind.value, word) for kind, word in KINDS.items())
    )
    choices = TextAreaField(
        _l("Choices"),
        [Length(max=2000)],
        filters=[stripped],
        description=_l("For the type “choice”: one on each line."),
        render_kw={"rows": 3},
    )
    asked_of_people = BooleanField(
        _l("People see it on their own page"),
        description=_l("They can fill it in and correct it there."),
    )

    def validate_choices(self, _field: Field) -> None:
        """A choice needs something to choose from."""
        if self.kind.data == AttributeKind.CHOICE and len(self.lines()) < 2:
            raise ValidationError(_("Write at least two choices, one on each line."))

    def lines(self) -> list[str]:
        """The choices, each once, for a field of that type."""
        if self.kind.data != AttributeKind.CHOICE:
            return []
        lines = (line.strip()[:LONGEST_TEXT] for line in self.choices.data.splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class SuppressForm(FlaskForm):
    """An address never to be written to again, and why."""

    email = email(_l("E-mail"), render_kw={"autocomplete": "off"})
    reason = RadioField(
        _l("Why?"),
        choices=options((str(reason), words) for reason, words in BY_HAND.items()),
        default=str(SuppressionReason.STAFF),
        validate_choice=False,
    )

    def chosen(self) -> SuppressionReason:
        """Somebody asked us, unless it is said that the address is dead."""
        if self.reason.data == SuppressionReason.HARD_BOUNCE:
            return SuppressionReason.HARD_BOUNCE
        return SuppressionReason.STAFF


class LookUpForm(FlaskForm):
    """An address to look up on the suppression list."""

    wanted = email(_l("Is this address suppressed?"), render_kw={"autocomplete": "off"})


class LiftForm(FlaskForm):
    """Why mail may go to an address again."""

    lifted = HiddenField(validators=[DataRequired()])
    why = RadioField(_l("Why do you lift it?"), choices=options(GROUNDS.items()))
    sure = BooleanField(
        _l("I know it, and answer for it: my name is noted in the audit log."),
        [DataRequired()],
    )


class SuppressionFileForm(FlaskForm):
    """The suppression list of another tool, or one of ours."""

    file = FileField(
        _l("File"),
        [FileRequired()],
        description=_l("CSV, at most 20 MB and 500 000 lines."),
        render_kw={"accept": ".csv,.txt,text/csv,text/plain"},
    )


def form_with(own: list[Attribute]) -> type[ContactForm]:
    """The form of a contact with the workspace's own fields."""
    fields = {OWN + attribute.key: _field(attribute) for attribute in own}
    return type("ContactFormOfWorkspace", (ContactForm,), fields)


def typed(value: object) -> str:
    """A stored value as it is typed into the form."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _field(attribute: Attribute) -> Field:
    kind = AttributeKind(attribute.kind)
    if kind is AttributeKind.CHOICE:
        own = [(choice, choice) for choice in attribute.choices]
        return SelectField(attribute.name, choices=options([NOTHING, *own]))
    if kind is AttributeKind.YES_NO:
        answers = [NOTHING, ("yes", _l("Yes")), ("no", _l("No"))]
        return SelectField(attribute.name, choices=options(answers))
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
