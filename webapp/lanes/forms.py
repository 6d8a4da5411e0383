"""What a person enters about a lane."""

from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from webapp.core.i18n import _l
from webapp.lanes.models import WHOLE_SERVER
from webapp.lanes.recommended import WHOLE, Terms

_MANY = 1_000_000_000
_EMPTY = _l("Leave it empty for no limit.")


class LimitsForm(FlaskForm):
    """What a server may hand over in a minute and in a day; empty is no limit."""

    per_minute = IntegerField(
        _l("Messages a minute"),
        [Optional(), NumberRange(min=1, max=1_000_000)],
        description=_EMPTY,
    )
    daily_cap = IntegerField(
        _l("Messages a day"),
        [Optional(), NumberRange(min=0, max=_MANY)],
        description=_EMPTY,
    )

    def terms(self) -> Terms:
        """What was entered."""
        return Terms(
            WHOLE.connections,
            WHOLE.messages_per_connection,
            self.per_minute.data,
            self.daily_cap.data,
        )


class TermsForm(LimitsForm):
    """The same for one provider, and the connections to it."""

    connections = IntegerField(
        _l("Connections at a time"), [InputRequired(), NumberRange(min=1, max=100)]
    )
    messages_per_connection = IntegerField(
        _l("Messages by connection"), [InputRequired(), NumberRange(min=1, max=10_000)]
    )

    def terms(self) -> Terms:
        """What was entered."""
        return Terms(
            self.connections.data,
            self.messages_per_connection.data,
            self.per_minute.data,
            self.daily_cap.data,
        )


def form_for(provider: str) -> type[LimitsForm]:
    """The form of a provider, or of the whole server."""
    return LimitsForm if provider == WHOLE_SERVER else TermsForm
