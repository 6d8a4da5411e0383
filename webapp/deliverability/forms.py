"""What a workspace enters about the way its mail leaves."""

from flask_wtf import FlaskForm
from wtforms import IntegerField, PasswordField, RadioField
from wtforms.validators import DataRequired, Length, NumberRange

from webapp.core.form_fields import email, options, words
from webapp.core.i18n import _l
from webapp.deliverability.mail_servers import Terms
from webapp.deliverability.transports.smtp_server import Security


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
    """The SMTP server of the workspace."""

    host = words(_l("Server"), 253, render_kw={"placeholder": "smtp.example.com"})
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
    username = words(
        _l("User name"), 200, required=False, render_kw={"autocomplete": "off"}
    )
    password = PasswordField(
        _l("Password"), [Length(max=200)], render_kw={"autocomplete": "new-password"}
    )

    def terms(self) -> Terms:
        """What was entered."""
        return Terms(
            host=self.host.data,
            port=self.port.data,
            security=Security(self.security.data),
            username=self.username.data,
            password=self.password.data or "",
        )
