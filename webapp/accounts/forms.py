"""What people enter about themselves, their colleagues and their shop."""

from typing import Any
from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    Form,
    PasswordField,
    RadioField,
    SelectField,
)
from wtforms.validators import DataRequired, ValidationError

from webapp.accounts import legal_identity, passwords
from webapp.accounts.members import ROLE_NAMES
from webapp.accounts.models import Role
from webapp.core import countries
from webapp.core.form_fields import email, language, options, web_address, words
from webapp.core.i18n import _, _l


def timezones() -> list[str]:
    """The time zones that are named for a place."""
    return sorted(
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/", "posix"))
    )


def new_password(label: Any) -> PasswordField:
    """A password to choose: the rule is told in advance, and checked when it is kept."""
    return PasswordField(
        label,
        [DataRequired(), _not_easy],
        description=_l("At least 12 characters. A short sentence is easy to remember."),
        render_kw={
            "autocomplete": "new-password",
            "minlength": passwords.SHORTEST,
            "data-new-password": passwords.SHORTEST,
        },
    )


def current_password(label: Any) -> PasswordField:
    """The password the person has."""
    return PasswordField(
        label, [DataRequired()], render_kw={"autocomplete": "current-password"}
    )


def _not_easy(_form: Form, field: Field) -> None:
    try:
        passwords.check(field.data or "")
    except passwords.PasswordIsTooWeak as error:
        raise ValidationError(str(error)) from error


def _real_siren(_form: Form, field: Field) -> None:
    field.data = legal_identity.bare_number(field.data)
    if not legal_identity.is_siren(field.data):
        raise ValidationError(_("A SIREN has nine digits; one of these is wrong."))


class OwnerForm(FlaskForm):
    """The person who sets the installation up."""

    owner_name = words(_l("Your name"), 120, render_kw={"autocomplete": "name"})
    owner_email = email(
        _l("Your e-mail"),
        description=_l("You sign in with it."),
        render_kw={"autocomplete": "username"},
    )
    password = new_password(_l("Password"))


class ControllerForm(FlaskForm):
    """The shop as data controller: each field is a column of the workspace."""

    name = words(_l("Name of the shop"), 120, description=_l("As customers know it."))
    website = words(
        _l("Website"),
        300,
        required=False,
        validators=[web_address],
        render_kw={"type": "url", "placeholder": "https://"},
    )
    locale = language(_l("Language of the shop"))
    timezone = SelectField(_l("Time zone"), choices=timezones, default="Europe/Paris")
    legal_name = words(
        _l("Legal name"),
        200,
        description=_l("The company, association or person responsible for the data."),
        render_kw={"autocomplete": "organization"},
    )
    address = words(_l("Address"), 200, render_kw={"autocomplete": "street-address"})
    postcode = words(_l("Postcode"), 20, render_kw={"autocomplete": "postal-code"})
    city = words(_l("City"), 100, render_kw={"autocomplete": "address-level2"})
    country = SelectField(_l("Country"), choices=countries.choices, default="FR")
    siren = words(
        _l("SIREN (if you have one)"),
        20,
        required=False,
        validators=[_real_siren],
        render_kw={"inputmode": "numeric"},
    )
    rights_email = email(
        _l("E-mail for questions about data"),
        description=_l("Shown to contacts, who write there to use their rights."),
    )
    rights_phone = words(
        _l("Phone for questions about data"),
        30,
        required=False,
        render_kw={"type": "tel"},
    )
    dpo_name = words(_l("Data protection officer"), 120, required=False)
    dpo_email = email(_l("E-mail of the data protection officer"), required=False)


class SetupForm(OwnerForm, ControllerForm):
    """The first visit: the owner and the shop."""

    sender_name = words(
        _l("Sender name"), 120, description=_l("Whom your newsletters come from.")
    )
    sender_email = email(_l("Sender e-mail"), description=_l("Replies go there."))

    def controller(self) -> dict[str, Any]:
        """The columns of the workspace."""
        owner = {"owner_name", "owner_email", "password", "csrf_token"}
        return {name: data for name, data in self.data.items() if name not in owner}


class WorkspaceForm(ControllerForm):
    """The shop, once it is there."""


class SignInForm(FlaskForm):
    """Who are you?"""

    email = words(
        _l("E-mail"),
        254,
        render_kw={"type": "email", "autocomplete": "username", "spellcheck": "false"},
    )
    password = current_password(_l("Password"))


class ForgottenForm(FlaskForm):
    """Where to send a link to."""

    email = email(_l("E-mail"), render_kw={"autocomplete": "username"})


class NewPasswordForm(FlaskForm):
    """A password after a forgotten one."""

    password = new_password(_l("New password"))


class ChangePasswordForm(FlaskForm):
    """A new password, by somebody who knows the old one."""

    old = current_password(_l("Current password"))
    password = new_password(_l("New password"))


class ProfileForm(FlaskForm):
    """How a person is called and shown the pages."""

    name = words(_l("Name"), 120, render_kw={"autocomplete": "name"})
    locale = language(_l("Language"))
    theme = RadioField(
        _l("Theme"),
        choices=options(
            (
                ("auto", _l("Same as the system")),
                ("light", _l("Light")),
                ("dark", _l("Dark")),
            )
        ),
    )


class InviteForm(FlaskForm):
    """Whom to ask, and for what."""

    email = email(_l("E-mail of your colleague"))
    role = RadioField(
        _l("Role"),
        choices=options(ROLE_NAMES.items()),
        default=Role.EDITOR.value,
    )


class RoleForm(FlaskForm):
    """The new role of a member."""

    role = SelectField(_l("Role"), choices=options(ROLE_NAMES.items()))


class JoinForm(FlaskForm):
    """Who was invited, new here."""

    name = words(_l("Your name"), 120, render_kw={"autocomplete": "name"})
    password = new_password(_l("Password"))
