"""A note about a contact."""

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from webapp.contacts.notes import LONGEST
from webapp.core.form_fields import stripped
from webapp.core.i18n import _l


class NoteForm(FlaskForm):
    """What a colleague wants to remember."""

    body = TextAreaField(
        _l("New note"),
        [DataRequired(), Length(max=LONGEST)],
        filters=[stripped],
        render_kw={"rows": 3},
        description=_l(
            "Write as if the person read it: they may ask for everything you hold "
            "about them. Nothing about health, religion or opinions."
        ),
    )
