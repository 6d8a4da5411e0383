"""What a workspace enters about what comes back."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, PasswordField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange

from webapp.accounts.models import Workspace
from webapp.core.form_fields import one_of, options, words
from webapp.core.i18n import _l
from webapp.deliverability.transports.smtp_server import Security
from webapp.incoming.mailboxes import Terms
from webapp.incoming.webhooks import addresses
from webapp.incoming.webhooks.kinds import Key
from webapp.incoming.webhooks.services import SERVICES


class ServiceForm(FlaskForm):
    """Which mail service an address is for."""

    service = SelectField(
        _l("Mail service"),
        choices=options((name, kind.name) for name, kind in SERVICES.items()),
    )
    server = HiddenField()

    def server_id(self, workspace: Workspace) -> int | None:
        """The mail server it is made for, if that is one of the workspace's."""
        told = str(self.server.data or "")
        number = int(told) if told.isdecimal() else 0
        return number if number in addresses.servers(workspace) else None


class ProofForm(FlaskForm):
    """What a mail service is known by; what is kept as a secret is never shown again."""

    told = words(
        "",
        1000,
        required=False,
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


PROOFS = {
    Key.SIGNING: _l("Signing key"),
    Key.TOPIC: _l("Topic (ARN)"),
    Key.PASSWORD: _l("Name and password"),
}


def proof_form(key: Key, *posted: None, **filled: str) -> ProofForm:
    """The form for what a service of this kind is known by."""
    form = ProofForm(*posted, **filled)
    form.told.label.text = PROOFS[key]
    return form


class MailboxForm(FlaskForm):
    """The mailbox that what comes back arrives in."""

    host = words(
        _l("Server"),
        253,
        render_kw={
            "placeholder": "imap.example.com",
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )
    port = IntegerField(
        _l("Port"), [InputRequired(), NumberRange(min=1, max=65535)], default=993
    )
    security = one_of(
        _l("Security"),
        {
            Security.TLS.value: _l("TLS from the start (usually port 993)"),
            Security.STARTTLS.value: _l("STARTTLS (usually port 143)"),
            Security.NONE.value: _l("None: only for a server on this machine"),
        },
        default=Security.TLS.value,
    )
    username = words(
        _l("User name"),
        200,
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
        description=_l("Often the address of the inbox."),
    )
    password = PasswordField(
        _l("Password"), [Length(max=200)], render_kw={"autocomplete": "new-password"}
    )
    folder = words(
        _l("Folder"),
        200,
        default="INBOX",
        description=_l("INBOX is the inbox, whatever your mail program calls it."),
    )

    def terms(self) -> Terms:
        """What was entered."""
        return Terms(
            host=self.host.data or "",
            port=self.port.data or 0,
            security=Security(self.security.data),
            username=self.username.data or "",
            folder=self.folder.data or "INBOX",
            password=self.password.data or "",
        )
