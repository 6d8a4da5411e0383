"""What the page of a sent link asks for."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField

from webapp.core.form_fields import stripped
from webapp.core.i18n import _l


class RepairForm(FlaskForm):
    """Where a sent link is to lead."""

    address = StringField(_l("Leads to"), filters=[stripped])
    confirmed = BooleanField(_l("Yes, it is to lead to another site"))
