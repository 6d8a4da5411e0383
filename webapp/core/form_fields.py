"""Validators and fields that the forms of several features share."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from wtforms import Field, Form, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

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
