"""The name of a segment; its rows are read by `drafting`."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from webapp.core.i18n import _l


class SegmentForm(FlaskForm):
    """What the builder posts besides its rows."""

    name = StringField(
        _l("Name"),
        validators=[DataRequired(_l("Give the segment a name.")), Length(max=120)],
        description=_l("For you and your colleagues, such as “Lyon, new this year”."),
    )
