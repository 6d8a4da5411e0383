"""What the page about measuring asks for."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField

from webapp.core.form_fields import language
from webapp.core.i18n import _l


class MeasuringForm(FlaskForm):
    """What is measured at all; each field is a column of the workspace."""

    measures_opens = BooleanField(_l("Measure opens"))
    measures_clicks = BooleanField(_l("Measure clicks"))
    keeps_last_open = BooleanField(_l("Keep the day of the last open"))


class AskForm(FlaskForm):
    """Whom to ask, in which language."""

    mailing_list_id = SelectField(_l("List"), coerce=int)
    language = language(_l("Language of the message"))
