"""The suppression list: an address to add, to look up or to lift, a file of them."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import DataRequired

from webapp.contact_pages.stopping import BY_HAND, GROUNDS
from webapp.core.form_fields import email, options
from webapp.core.i18n import _l
from webapp.deliverability.models import SuppressionReason


class SuppressForm(FlaskForm):
    """An address never to be written to again, and why."""

    email = email(_l("E-mail"), render_kw={"autocomplete": "off"})
    reason = RadioField(
        _l("Why?"),
        choices=options((str(reason), words) for reason, words in BY_HAND.items()),
        default=str(SuppressionReason.STAFF),
        validate_choice=False,
    )

    def chosen(self) -> SuppressionReason:
        """Somebody asked us, unless it is said that the address is dead."""
        if self.reason.data == SuppressionReason.HARD_BOUNCE:
            return SuppressionReason.HARD_BOUNCE
        return SuppressionReason.STAFF


class LookUpForm(FlaskForm):
    """An address to look up on the suppression list."""

    wanted = email(_l("Is this address suppressed?"), render_kw={"autocomplete": "off"})


class LiftForm(FlaskForm):
    """Why mail may go to an address again."""

    lifted = HiddenField(validators=[DataRequired()])
    why = RadioField(_l("Why do you lift it?"), choices=options(GROUNDS.items()))
    sure = BooleanField(
        _l("I know it, and answer for it: my name is noted in the audit log."),
        [DataRequired()],
    )


class SuppressionFileForm(FlaskForm):
    """The suppression list of another tool, or one of ours."""

    file = FileField(
        _l("File"),
        [FileRequired()],
        description=_l("CSV, at most 20 MB and 500 000 lines."),
        render_kw={"accept": ".csv,.txt,text/csv,text/plain"},
    )
