"""The forms about contacts."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from webapp.contact_pages.dossier import COLLECTED
from webapp.contacts import attributes
from webapp.contacts.attributes import LONGEST_TEXT, ValueDoesNotFit
from webapp.contacts.models import Attribute, AttributeKind
from webapp.contacts.registering import WORDS
from webapp.core import countries
from webapp.core.form_fields import email, language, options, stripped, words
from webapp.core.i18n import _, _l

KINDS = {
    AttributeKind.TEXT: _l("Text"),
    AttributeKind.NUMBER: _l("Number"),
    AttributeKind.DATE: _l("Date"),
    AttributeKind.CHOICE: _l("Choice"),
    AttributeKind.YES_NO: _l("Yes or no"),
}
# The names of custom fields in a form, so that none hides a field of ours.
OWN = "own_"
NOTHING = ("", "–")


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
        """The workspace's own fields as they are stored; empty ones are left out."""
        read = {
            attribute.key: attributes.convert(attribute, self[OWN + attribute.key].data)
            for attribute in own
        }
        return {key: value for key, value in read.items() if value is not None}

    def values(self, own: list[Attribute]) -> dict[str, object]:
        """Everything that was filled in, by the contact's column."""
        plain = {
            field.short_name: field.data
            for field in self
            if field.short_name in {*WORDS, "email", "birth_date", "language"}
        }
        return {**plain, "attributes": self.own_values(own)}


class AskForm(FlaskForm):
    """Put somebody on a list: they confirm it themselves."""

    mailing_list = SelectField(_l("List"), coerce=int)
    collected = RadioField(
        _l("How did this person ask for it?"),
        [InputRequired()],
        choices=options(COLLECTED.items()),
    )
    stated = BooleanField(
        _l("I state that this person asked for it themselves."), [InputRequired()]
    )


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
    """An address somebody asked us never to write to again."""

    email = email(_l("E-mail"))


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
