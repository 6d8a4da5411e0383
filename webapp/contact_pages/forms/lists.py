"""Put somebody on a list: how they come to be there, and what stands for their agreement."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, Form, RadioField, SelectField
from wtforms.validators import Optional, StopValidation

from webapp.consent.grounds import Ground, GroundIsRefused, Profession, Sale
from webapp.consent.models import Basis
from webapp.consent.sectors import SECTORS
from webapp.contact_pages.dossier import COLLECTED
from webapp.core.form_fields import options, words
from webapp.core.i18n import _l

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
