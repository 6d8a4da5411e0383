"""The form of a partner."""

from flask_wtf import FlaskForm
from wtforms import Field

from webapp.core.form_fields import web_address, words
from webapp.core.i18n import LOCALES, _l
from webapp.subscriptions.models import Partner
from webapp.subscriptions.partners import Description

LONGEST_USE = 300
# The use in each further language.
IN = "use_"


class PartnerForm(FlaskForm):
    """All that the box of a partner says."""

    name = words(
        _l("Name"),
        120,
        description=_l("As people know it. “Our partners” is no name."),
    )
    description = words(
        _l("What it will use the address for"),
        LONGEST_USE,
        description=_l(
            "It ends the sentence, such as: offers on its honeys, by e-mail, twice a month."
        ),
    )
    privacy_url = words(
        _l("Address of its privacy policy"),
        500,
        validators=[web_address],
        description=_l("People can read there what becomes of their address."),
        render_kw={"type": "url", "placeholder": "https://"},
    )

    def told(self, others: list[str]) -> Description:
        """What was filled in; empty translations are left out."""
        said = {code: self[IN + code].data for code in others}
        return Description(
            name=self.name.data,
            privacy_url=self.privacy_url.data,
            description=self.description.data,
            texts={code: use for code, use in said.items() if use},
        )


def form_in(others: list[str]) -> type[PartnerForm]:
    """The form with the use in these further languages."""
    fields = {IN + code: _use(code) for code in others}
    return type("PartnerFormOfWorkspace", (PartnerForm,), fields)


def filled(partner: Partner) -> dict[str, str]:
    """What the form shows of a partner."""
    return {
        "name": partner.name,
        "description": partner.description,
        "privacy_url": partner.privacy_url,
        **{IN + code: use for code, use in partner.texts.items()},
    }


def _use(code: str) -> Field:
    return words(
        _l("The same in %(language)s", language=LOCALES[code]),
        LONGEST_USE,
        required=False,
        description=_l("For forms in that language."),
    )
