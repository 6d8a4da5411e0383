"""The forms of a list."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, ValidationError

from webapp.core.form_fields import language, options, stripped, words
from webapp.core.i18n import _, _l
from webapp.subscriptions.accepting import Accepted
from webapp.subscriptions.deadlines import MOST_DAYS, DeadlinesDoNotFit
from webapp.subscriptions.editing import Description
from webapp.subscriptions.models import Disposable, OptIn
from webapp.subscriptions.translating import Words

LONGEST_DESCRIPTION = 500
LONGEST_TEXT = 3000


class ListForm(FlaskForm):
    """All that is said of a list."""

    name = words(
        _l("Name"),
        120,
        description=_l("People see it in each message and on their page."),
    )
    description = TextAreaField(
        _l("Description"),
        [Length(max=LONGEST_DESCRIPTION)],
        filters=[stripped],
        description=_l(
            "What it brings and how often, such as “Recipes, once a month”."
        ),
        render_kw={"rows": 2},
    )
    opt_in = RadioField(
        _l("How people come on the list"),
        choices=options(
            [
                (OptIn.DOUBLE.value, _l("They confirm by e-mail (recommended)")),
                (OptIn.SINGLE.value, _l("They are on it at once")),
            ]
        ),
        default=OptIn.DOUBLE.value,
    )
    link_days = IntegerField(
        _l("How many days the link works"),
        [NumberRange(1, MOST_DAYS)],
        default=7,
        description=_l(
            "From 1 to 30. Seven leave room for a holiday; after that, the page offers"
            " a new link."
        ),
    )
    reminder_days = SelectField(
        _l("Remind those who do not confirm"),
        choices=options(
            [
                ("0", _l("Never")),
                ("2", _l("Once, after 2 days")),
                ("3", _l("Once, after 3 days")),
                ("5", _l("Once, after 5 days")),
            ]
        ),
        coerce=int,
        default=3,
        description=_l("A short e-mail with the link again, and nothing else."),
    )
    purge_days = IntegerField(
        _l("Forget unconfirmed sign-ups after so many days"),
        [NumberRange(1, MOST_DAYS)],
        default=MOST_DAYS,
        description=_l(
            "At most 30, and not before the link expires. Whoever is known for nothing"
            " else is erased with the sign-up. The audit log says how many."
        ),
    )
    disposable = SelectField(
        _l("Addresses that live for minutes"),
        choices=options(
            [
                (Disposable.ACCEPT.value, _l("Take them")),
                (Disposable.FLAG.value, _l("Take them, and count them at the widget")),
                (Disposable.REFUSE.value, _l("Send them nothing")),
            ]
        ),
        default=Disposable.FLAG.value,
        description=_l("Relays that hide a lasting address are always taken."),
    )
    purpose_text = TextAreaField(
        _l("The sentence beside the box"),
        [DataRequired(), Length(max=LONGEST_TEXT)],
        filters=[stripped],
        description=_l("What people agree to, in words everybody understands."),
        render_kw={"rows": 2},
    )
    notice_text = TextAreaField(
        _l("The information notice"),
        [DataRequired(), Length(max=LONGEST_TEXT)],
        filters=[stripped],
        description=_l(
            "Shown under the form: who you are, what the data is for, how long you keep it, "
            "people’s rights, the CNIL (GDPR article 13)."
        ),
        render_kw={"rows": 6},
    )
    locale = language(_l("Language"))
    archive_is_open = BooleanField(
        _l("Public archive"),
        description=_l(
            "A page, with an RSS feed, where everybody can read the campaigns you make"
            " public, without names and without measuring."
        ),
    )
    archive_is_indexed = BooleanField(
        _l("Search engines may show it"),
        description=_l("Otherwise only people who have the address find it."),
    )

    def told(self) -> Description:
        """What was filled in."""
        return Description(
            name=self.name.data or "",
            description=self.description.data,
            opt_in=OptIn(self.opt_in.data),
            purpose_text=self.purpose_text.data,
            notice_text=self.notice_text.data,
            locale=self.locale.data,
            reminder_days=self.reminder_days.data,
            disposable=Disposable(self.disposable.data),
            link_days=self.link_days.data,
            purge_days=self.purge_days.data,
            archive_is_open=self.archive_is_open.data,
            archive_is_indexed=self.archive_is_indexed.data,
        )

    def refuse(self, error: DeadlinesDoNotFit) -> None:
        """Say beside its field what does not fit."""
        field = self[error.field]
        field.errors = [*field.errors, str(error.message)]


class LanguagesForm(FlaskForm):
    """A list's sentence and notice in further languages; see `languages_of`."""

    def told(self, others: list[str]) -> dict[str, Words]:
        """What was filled in; a language with nothing is left out."""
        said = {
            code: Words(self[f"purpose_{code}"].data, self[f"notice_{code}"].data)
            for code in others
        }
        return {code: words for code, words in said.items() if words.purpose}


def languages_of(others: list[str]) -> type[LanguagesForm]:
    """The form with two fields for each of these languages."""
    fields: dict[str, Any] = {}
    for code in others:
        fields[f"purpose_{code}"] = TextAreaField(
            _l("The sentence beside the box"),
            [Length(max=LONGEST_TEXT), _WithItsFellow(f"notice_{code}")],
            filters=[stripped],
            render_kw={"rows": 2},
        )
        fields[f"notice_{code}"] = TextAreaField(
            _l("The information notice"),
            [Length(max=LONGEST_TEXT), _WithItsFellow(f"purpose_{code}")],
            filters=[stripped],
            render_kw={"rows": 6},
        )
    return type("LanguagesFormOfList", (LanguagesForm,), fields)


class _WithItsFellow:
    """Refuses one without the other: a form speaks one language throughout."""

    def __init__(self, fellow: str) -> None:
        self.fellow = fellow

    def __call__(self, form: Form, field: Field) -> None:
        if form[self.fellow].data and not field.data:
            raise ValidationError(_("Fill in both, or neither."))


class AcceptedForm(FlaskForm):
    """Who may be on a list besides those who agreed."""

    customers = BooleanField(
        _l("Customers, about products similar to those they bought"),
        description=_l(
            "The law (CPCE, article L34-5) lets you write to your own customers without asking"
            " first, if you sold them something, if they could refuse when they gave you their"
            " address, and if your messages are about similar products. For each customer, you"
            " write down the sale. They can leave with one click, like everybody."
        ),
    )
    product_family = words(
        _l("The products this list is about"),
        120,
        required=False,
        description=_l(
            "Such as “Tea and infusions”. Only customers who bought such a product count."
        ),
    )
    sale_notice = TextAreaField(
        _l("What customers read at the sale"),
        [Length(max=LONGEST_TEXT)],
        filters=[stripped],
        description=_l(
            "At the till or in the order form, with a way to refuse at once. Each version is"
            " kept, as proof."
        ),
        render_kw={"rows": 4},
    )
    professionals = BooleanField(
        _l("Professionals, at work"),
        description=_l(
            "Your legitimate interest (GDPR, article 6) lets you write to people at their"
            " professional address about what they do for a living. It never holds for"
            " personal addresses such as those of Gmail, Orange or Free. They must learn"
            " where you have their address from, and can leave with one click."
        ),
    )

    def validate_product_family(self, field: Field) -> None:
        """Without products, nothing is similar to them."""
        if self.customers.data and not field.data:
            raise ValidationError(_("Name the products that this list is about."))

    def validate_sale_notice(self, field: Field) -> None:
        """Without a notice, nobody could have refused."""
        if self.customers.data and not field.data:
            raise ValidationError(_("Write what customers read at the sale."))

    def told(self) -> Accepted:
        """What was filled in."""
        return Accepted(
            customers=self.customers.data,
            product_family=self.product_family.data or "",
            sale_notice=self.sale_notice.data,
            professionals=self.professionals.data,
        )
