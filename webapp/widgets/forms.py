"""What a marketer enters about a widget."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.core.form_fields import language, options, words
from webapp.core.i18n import _l
from webapp.subscriptions.models import MailingList
from webapp.widgets.design import FIELDS, Design, DesignIsNotValid


class NewWidgetForm(FlaskForm):
    """A name, and the list people join."""

    name = words(
        _l("Name"),
        120,
        description=_l("For you alone, such as: foot of the home page."),
    )
    mailing_list = SelectField(_l("List people join"), coerce=int)

    def offer(self, lists: list[MailingList]) -> None:
        """Name the lists to choose from."""
        self.mailing_list.choices = options((str(one.id), one.name) for one in lists)


class DesignForm(FlaskForm):
    """The words, fields and colour of a widget."""

    title = words(_l("Title"), 120, required=False)
    intro = TextAreaField(
        _l("Introduction"),
        [Length(max=500)],
        description=_l("What people get, and how often."),
        render_kw={"rows": 2},
    )
    fields = SelectMultipleField(
        _l("Also ask for"),
        choices=options(FIELDS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Each field costs sign-ups; none is required."),
    )
    button = words(_l("Button"), 60)
    thanks = TextAreaField(_l("Thank-you"), [Length(max=500)], render_kw={"rows": 2})
    redirect = words(
        _l("Then go to"),
        500,
        required=False,
        description=_l(
            "A page of your site, with https://. Empty: the thank-you is shown."
        ),
        render_kw={"type": "url", "placeholder": "https://"},
    )
    asks_opens = BooleanField(_l("Ask whether opens may be measured"))
    asks_clicks = BooleanField(_l("Ask whether clicks may be measured"))
    colour = words(
        _l("Colour of the button"),
        7,
        description=_l("White text must be easy to read on it."),
        render_kw={"type": "color"},
    )
    locale = language(_l("Language of the form"))

    def design(self) -> Design | None:
        """The design that was entered; None, with a sentence beside the field, when impossible."""
        values = {
            name: self.data[name]
            for name in Design.__dataclass_fields__
            if name in self.data
        }
        try:
            return Design(**{**values, "fields": tuple(self.fields.data or ())})
        except DesignIsNotValid as error:
            for name, sentence in error.faults.items():
                self[name].errors = [*self[name].errors, str(sentence)]
            return None
