"""Validators and fields that the forms of several features share."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from wtforms import (
    Field,
    Form,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget, NumberInput

from webapp.core import addresses
from webapp.core.i18n import LOCALES, _

# A line end would begin another header of a mail.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def stripped(value: str | None) -> str:
    """What was typed, without the blanks around it."""
    return (value or "").strip()


def on_one_line(value: str | None) -> str:
    """The same, with a space for each line end and other control character."""
    return stripped(_CONTROLS.sub(" ", value or ""))


def words(
    label: Any, longest: int, *, required: bool = True, **more: Any
) -> StringField:
    """A line of text of at most so many characters."""
    first = DataRequired() if required else Optional()
    validators = [first, Length(max=longest), *more.pop("validators", [])]
    return StringField(label, validators, filters=[on_one_line], **more)


def email(label: Any, *, required: bool = True, **more: Any) -> StringField:
    """An e-mail address; blank only where it is not required."""
    options = {"type": "email", "autocapitalize": "none", "spellcheck": "false"}
    return words(
        label,
        addresses.MAX_LENGTH,
        required=required,
        validators=[valid_address],
        render_kw={**options, **more.pop("render_kw", {})},
        **more,
    )


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """What can be chosen: values and their words."""
    return [SelectChoice(value, label) for value, label in pairs]


def sentences(label: Any, longest: int, **more: Any) -> TextAreaField:
    """A few sentences of at most so many characters."""
    return TextAreaField(label, [Length(max=longest)], render_kw={"rows": 2}, **more)


def number(label: Any, least: int, most: int, **more: Any) -> IntegerField:
    """A whole number that must be given; whoever takes it holds it to its limits."""
    return IntegerField(
        label,
        [InputRequired()],
        widget=NumberInput(min=least, max=most, step=1),
        **more,
    )


def one_of(label: Any, known: dict[str, Any], **more: Any) -> RadioField:
    """One of these, by radio buttons."""
    return RadioField(label, choices=options(known.items()), **more)


def some_of(label: Any, known: dict[str, Any], **more: Any) -> SelectMultipleField:
    """Any of these, each by its box."""
    return SelectMultipleField(
        label,
        choices=options(known.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **more,
    )


def language(label: Any) -> SelectField:
    """One of the languages of the interface."""
    return SelectField(label, choices=options(LOCALES.items()))


def valid_address(_form: Form, field: Field) -> None:
    """Accept an address as `core.addresses` does, and keep its normal form."""
    try:
        field.data = addresses.normalise(field.data)
    except addresses.AddressIsNotValid as error:
        raise ValidationError(str(error)) from error


def web_address(_form: Form, field: Field) -> None:
    """Accept an absolute http or https address."""
    try:
        parts = urlsplit(field.data)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValidationError(_("This must start with https://"))
