"""What the page about measuring asks for."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, Form, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from webapp.core.errors import DomainError
from webapp.core.form_fields import language, on_one_line, one_of, options
from webapp.core.i18n import _, _l
from webapp.messages import tagging

# Months; 25 is what the CNIL has for measuring an audience.
KEPT = (3, 6, 13, 25)


class MeasuringForm(FlaskForm):
    """What is measured at all; each field is a column of the workspace."""

    measures_opens = BooleanField(_l("Measure opens"))
    measures_clicks = BooleanField(_l("Measure clicks"))
    keeps_last_open = BooleanField(_l("Keep the day of the last open"))
    keeps_hits = SelectField(
        _l("Keep opens and clicks for"),
        coerce=int,
        choices=options(
            (str(months), _l("%(count)d months", count=months)) for months in KEPT
        ),
    )
    sets_traps = BooleanField(_l("Set a trap for scanners"))


class AskForm(FlaskForm):
    """Whom to ask, in which language."""

    mailing_list_id = SelectField(_l("List"), coerce=int)
    language = language(_l("Language of the message"))


def _pattern(_form: Form, field: Field) -> None:
    try:
        tagging.check(field.data or "")
    except DomainError as error:
        raise ValidationError(str(error)) from error


def _tag(name: str) -> StringField:
    return StringField(name, [Length(max=120), _pattern], filters=[on_one_line])


class TaggingForm(FlaskForm):
    """What is added to links, and to which."""

    is_on = BooleanField(_l("Add campaign tags to links"))
    source = _tag("utm_source")
    medium = _tag("utm_medium")
    campaign = _tag("utm_campaign")
    content = _tag("utm_content")
    where = one_of(
        _l("Which links"),
        {"mine": _l("Links to these sites"), "all": _l("Links to every site")},
    )
    sites = TextAreaField(_l("Your sites"), [Length(max=2000)])

    def validate_sites(self, field: Field) -> None:
        """Keep the names of the sites as links spell them."""
        try:
            names = [tagging.site(one) for one in (field.data or "").split()]
        except DomainError as error:
            raise ValidationError(str(error)) from error
        field.data = "\n".join(dict.fromkeys(names))
        if self.is_on.data and self.where.data != "all" and not names:
            raise ValidationError(_("Name at least one site."))

    @property
    def chosen_sites(self) -> list[str]:
        """The sites whose links are tagged; none: every site."""
        return [] if self.where.data == "all" else self.sites.data.split()
