"""What a workspace enters about the way its mail leaves."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import IntegerField, PasswordField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import NumberInput

from webapp.core.form_fields import email, options, stripped, words
from webapp.core.i18n import _l
from webapp.deliverability.mail_servers import Terms
from webapp.deliverability.models import ServerKind
from webapp.deliverability.transports.kinds import PROVIDERS
from webapp.deliverability.transports.smtp_server import Security

_NOT_FILLED_IN = {
    "autocomplete": "off",
    "autocapitalize": "none",
    "spellcheck": "false",
}


class SenderForm(FlaskForm):
    """Whom newsletters come from, unless a campaign says otherwise."""

    sender_name = words(
        _l("Sender name"), 120, description=_l("Whom your newsletters come from.")
    )
    sender_email = email(
        _l("Sender e-mail"),
        description=_l(
            "An address at your own domain, which you read: replies go there."
        ),
    )


class ServerForm(FlaskForm):
    """What every mail server has, whatever its kind."""

    name = words(
        _l("Name"), 100, description=_l("How you call this mail server, for yourself.")
    )
    weight = IntegerField(
        _l("Share of the mail"),
        [InputRequired(), NumberRange(min=0, max=100)],
        widget=NumberInput(min=0, max=100, step=1),
        default=100,
        description=_l(
            "From 0 to 100, compared with the other servers: 75 here and 25 there send "
            "three quarters here. With 0, it stands in when the others cannot."
        ),
    )

    def terms(self, kind: ServerKind) -> Terms:
        """What was entered; fields that this kind does not have stay empty."""
        entered = {
            field.name: field.data
            for field in self
            if field.name in Terms.__dataclass_fields__
        }
        if "security" in entered:
            entered["security"] = Security(entered["security"])
        return Terms(kind=kind, **entered)


def _secret(label: Any) -> PasswordField:
    return PasswordField(
        label,
        [Length(max=300)],
        filters=[stripped],
        render_kw={"autocomplete": "new-password"},
    )


def _line(label: Any, longest: int = 200, **more: Any) -> Any:
    render_kw = {**_NOT_FILLED_IN, **more.pop("render_kw", {})}
    return words(label, longest, render_kw=render_kw, **more)


def _region(kind: ServerKind, names: dict[str, Any]) -> SelectField:
    known = PROVIDERS[kind].addresses
    return SelectField(
        _l("Region"),
        choices=options((region, names.get(region, region)) for region in known),
    )


class SmtpForm(ServerForm):
    """Any SMTP server."""

    host = _line(_l("Server"), 253, render_kw={"placeholder": "smtp.example.com"})
    port = IntegerField(
        _l("Port"), [DataRequired(), NumberRange(min=1, max=65535)], default=587
    )
    security = RadioField(
        _l("Security"),
        choices=options(
            (
                (Security.STARTTLS.value, _l("STARTTLS (usually port 587)")),
                (Security.TLS.value, _l("TLS from the start (usually port 465)")),
                (Security.NONE.value, _l("None: only for a server on this machine")),
            )
        ),
        default=Security.STARTTLS.value,
    )
    username = _line(_l("User name"), required=False)
    secret = PasswordField(
        _l("Password"), [Length(max=200)], render_kw={"autocomplete": "new-password"}
    )


class SesForm(ServerForm):
    """An access key of AWS."""

    region = _region(
        ServerKind.SES,
        {
            "eu-west-3": _l("Paris (eu-west-3)"),
            "eu-west-1": _l("Ireland (eu-west-1)"),
            "eu-central-1": _l("Frankfurt (eu-central-1)"),
        },
    )
    username = _line(_l("Access key ID"), render_kw={"placeholder": "AKIA…"})
    secret = _secret(_l("Secret access key"))
    channel = _line(
        _l("Configuration set"),
        64,
        required=False,
        description=_l(
            "If you have one, by which Amazon tells bounces and complaints."
        ),
    )


class BrevoForm(ServerForm):
    """A key of version 3."""

    secret = _secret(_l("API key"))


class MailgunForm(ServerForm):
    """A sending domain and its key."""

    region = _region(
        ServerKind.MAILGUN, {"eu": _l("Europe"), "us": _l("United States")}
    )
    username = _line(
        _l("Sending domain"), 253, render_kw={"placeholder": "mg.example.com"}
    )
    secret = _secret(_l("Sending key"))


class PostmarkForm(ServerForm):
    """A token and the stream of newsletters."""

    secret = _secret(_l("Server API token"))
    channel = _line(
        _l("Message stream of newsletters"),
        30,
        default="broadcast",
        description=_l(
            "Its “Stream ID”. Confirmations and other single e-mails go by the "
            "transactional stream."
        ),
    )


class ScalewayForm(ServerForm):
    """A secret key and its project."""

    region = _region(
        ServerKind.SCALEWAY,
        {"fr-par": _l("Paris (fr-par)"), "nl-ams": _l("Amsterdam (nl-ams)")},
    )
    username = _line(_l("Project ID"), 36)
    secret = _secret(_l("Secret key"))


FORMS: dict[ServerKind, type[ServerForm]] = {
    ServerKind.SMTP: SmtpForm,
    ServerKind.BREVO: BrevoForm,
    ServerKind.MAILGUN: MailgunForm,
    ServerKind.POSTMARK: PostmarkForm,
    ServerKind.SCALEWAY: ScalewayForm,
    ServerKind.SES: SesForm,
}


class DomainForm(FlaskForm):
    """A domain the workspace sends from."""

    domain = words(
        _l("Domain"),
        253,
        description=_l("What stands behind the @ of your sender’s address."),
        render_kw={**_NOT_FILLED_IN, "placeholder": "example.com"},
    )


class HostsForm(FlaskForm):
    """The names below a sender domain."""

    return_path_host = words(
        _l("Name for undeliverable mail"),
        253,
        required=False,
        description=_l(
            "Messages nobody takes come back there, and we learn whom not to write to. "
            "Leave it empty to have them come back to your sender’s address."
        ),
        render_kw=_NOT_FILLED_IN,
    )
    tracking_host = words(
        _l("Name for links"),
        253,
        required=False,
        description=_l(
            "The links of your messages then bear your own name. Leave it empty to use ours."
        ),
        render_kw=_NOT_FILLED_IN,
    )


class OverrideForm(FlaskForm):
    """Why campaigns leave although the checks fail."""

    reason = TextAreaField(
        _l("Why"),
        [DataRequired(), Length(max=1000)],
        filters=[stripped],
        render_kw={"rows": 3},
    )
