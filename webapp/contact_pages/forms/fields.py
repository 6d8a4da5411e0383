"""A field the workspace adds to its contacts, and which fields matter to it."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectField, TextAreaField
from wtforms.validators import Length, ValidationError

from webapp.contact_pages.own_fields import CATEGORIES, KINDS, WITH_CHOICES
from webapp.contacts.attributes import LONGEST_TEXT
from webapp.core.form_fields import options, stripped, words
from webapp.core.i18n import _, _l
from webapp.core.personal_data import Category


class FieldForm(FlaskForm):
    """A field the workspace adds to its contacts."""

    name = words(_l("Name"), 80)
    kind = SelectField(_l("Type"), choices=lambda: options(KINDS.items()))
    choices = TextAreaField(
        _l("Choices"),
        [Length(max=4000)],
        filters=[stripped],
        description=_l("For a choice or several choices: one on each line."),
        render_kw={"rows": 3},
    )
    category = SelectField(
        _l("What it is about"),
        choices=lambda: options(CATEGORIES.items()),
        default=Category.PREFERENCES.value,
        description=_l("For the register of what you hold about people."),
    )
    asked_of_people = BooleanField(
        _l("People see it on their own page"),
        description=_l("They can fill it in and correct it there."),
    )

    def validate_choices(self, _field: Field) -> None:
        """A choice needs something to choose from."""
        if self.kind.data in WITH_CHOICES and len(self.lines()) < 2:
            raise ValidationError(_("Write at least two choices, one on each line."))

    def lines(self) -> list[str]:
        """The choices, each once, for a field of that type."""
        if self.kind.data not in WITH_CHOICES:
            return []
        lines = (line.strip()[:LONGEST_TEXT] for line in self.choices.data.splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class KnownFieldForm(FieldForm):
    """A field there is already: its type stays."""

    kind = HiddenField()
    sure = BooleanField(_l("Yes, take it off these contacts"))
