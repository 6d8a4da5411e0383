"""The form by which a workspace says when its campaigns are to be paused."""

from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DecimalField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import NumberInput

from webapp.core.form_fields import number
from webapp.core.i18n import _l
from webapp.reputation import thresholds
from webapp.reputation.thresholds import Limits


def _percent(
    label: Any, least: Decimal, most: Decimal, step: Decimal, description: Any
) -> DecimalField:
    return DecimalField(
        label,
        [InputRequired(), NumberRange(min=least, max=most)],
        places=2,
        widget=NumberInput(min=least, max=most, step=step),
        description=description,
    )


class LimitsForm(FlaskForm):
    """From which rates on a campaign pauses by itself."""

    bounces = _percent(
        _l("Addresses that do not exist, in percent"),
        *thresholds.BOUNCES,
        Decimal("0.5"),
        _l("Between 1 and 10; usually 5. Above it, providers take you for a spammer."),
    )
    complaints = _percent(
        _l("Complaints of spam, in percent"),
        *thresholds.COMPLAINTS,
        Decimal("0.05"),
        _l("Between 0.1 and 0.5; usually 0.3, where Gmail, Yahoo and Orange act."),
    )
    least = number(
        _l("Messages before a rate counts"),
        *thresholds.LEAST,
        description=_l("Between 50 and 1,000; usually 100. Fewer say nothing."),
    )

    def limits(self) -> Limits:
        """What was entered."""
        return Limits(
            Decimal(str(self.bounces.data)),
            Decimal(str(self.complaints.data)),
            self.least.data,
        )
