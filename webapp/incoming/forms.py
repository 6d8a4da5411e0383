"""What a workspace enters about what comes back."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField

from webapp.accounts.models import Workspace
from webapp.core.form_fields import options, words
from webapp.core.i18n import _l
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
