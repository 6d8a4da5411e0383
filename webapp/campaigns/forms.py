"""What the pages of a campaign ask for."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional

from webapp.core import addresses, form_fields
from webapp.core.form_fields import options
from webapp.core.i18n import LOCALES, _l
from webapp.messages.checking import MAX_SOURCE


def _one_line(value: str | None) -> str:
    """No line end ever reaches a header."""
    return " ".join((value or "").split())


def _address(_form: FlaskForm, field: EmailField) -> None:
    try:
        field.data = addresses.normalise(field.data or "")
    except addresses.AddressIsNotValid as error:
        raise ValidationError(str(error)) from error


class ComposeForm(FlaskForm):
    """The words of a campaign; a draft may be incomplete, so little is required."""

    name = StringField(
        _l("Name"),
        filters=[_one_line],
        validators=[DataRequired(_l("Give the campaign a name.")), Length(max=120)],
        description=_l("Only you and your colleagues see it."),
    )
    subject = StringField(
        _l("Subject"), filters=[_one_line], validators=[Length(max=300)]
    )
    preheader = StringField(
        _l("Preheader"),
        filters=[_one_line],
        validators=[Length(max=300)],
        description=_l("What inboxes show after the subject."),
    )
    sender_name = StringField(
        _l("Sender’s name"), filters=[_one_line], validators=[Length(max=120)]
    )
    sender_email = EmailField(
        _l("Sender’s address"), filters=[_one_line], validators=[Optional(), _address]
    )
    reply_to = EmailField(
        _l("Answers go to"),
        filters=[_one_line],
        validators=[Optional(), _address],
        description=_l("Empty: to the sender’s address."),
    )
    locale = SelectField(_l("Language of the footer"), choices=options(LOCALES.items()))
    mjml = TextAreaField(_l("Message (MJML)"), validators=[Length(max=MAX_SOURCE)])

    def kept(self) -> dict[str, Any]:
        """The fields as they can be kept: a wrong one stays as it was."""
        self.validate()
        return {
            field.name: field.data or ""
            for field in self
            if field.name != "csrf_token" and not field.errors
        }


def _number(value: object) -> int | None:
    return int(str(value)) if str(value).isdigit() else None


class AudienceForm(FlaskForm):
    """Whom a campaign goes to."""

    mailing_list_id = SelectField(
        _l("List"),
        coerce=_number,
        validators=[DataRequired(_l("Choose a list."))],
        description=_l("Only people who agreed to this list are written to."),
    )
    included = form_fields.some_of(
        _l("Only people in these segments"),
        {},
        coerce=int,
        description=_l(
            "People in at least one of them, and nobody outside the list. None: the whole list."
        ),
    )
    excluded = form_fields.some_of(
        _l("But nobody in these segments"),
        {},
        coerce=int,
        description=_l("Whoever is in one of them does not get it."),
    )
    measures_opens = BooleanField(_l("Measure opens"))
    measures_clicks = BooleanField(_l("Measure clicks"))


class ScheduleForm(FlaskForm):
    """The moment a campaign leaves, in the workspace's zone."""

    day = DateField(_l("Day"), validators=[DataRequired(_l("Choose a day."))])
    time = TimeField(_l("Hour"), validators=[DataRequired(_l("Choose an hour."))])
    in_readers_zone = BooleanField(
        _l("At this hour in each reader’s time zone"),
        description=_l(
            "Readers further east get it earlier, those further west later. Plan it a "
            "day ahead: where the hour is over already, it leaves at once. The time zone "
            "is the contact’s, else that of their country, else yours."
        ),
    )

    def moment(self, zone: str) -> datetime:
        """Day and hour as one moment."""
        return datetime.combine(self.day.data, self.time.data, ZoneInfo(zone))
