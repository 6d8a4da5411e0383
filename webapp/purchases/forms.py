"""What a colleague enters about an order, and about how customers are counted."""

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DecimalField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms.validators import (
    InputRequired,
    NumberRange,
    Optional,
    ValidationError,
)

from webapp.core import clock
from webapp.core.form_fields import email, options, words
from webapp.core.i18n import _, _l
from webapp.purchases.customer_rules import Said
from webapp.purchases.facts import LineFacts, OrderFacts, ReturnFacts
from webapp.purchases.models import CustomerRules, Order, OrderLine, Status
from webapp.purchases.ordering import MOST
from webapp.purchases.words import STATUSES

CURRENCIES = ("EUR", "CHF", "GBP", "USD", "CAD", "XPF", "MAD", "TND", "XOF")
SPARE_LINES = 3
MOST_LINES = 500
LONGEST_DAYS = 3650


class AmountField(DecimalField):
    """An amount as people write it: 1 234,50 or 1234.50."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the comma of the French and the spaces between thousands."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        plain = valuelist[0].replace(",", ".")
        plain = "".join(plain.replace("€", "").split())
        try:
            self.data = Decimal(plain).quantize(Decimal("0.01"))
        except InvalidOperation as error:
            self.data = None
            raise ValueError(_("Enter an amount, such as 12.50.")) from error


def _amount(label: Any, *, required: bool = False) -> AmountField:
    return AmountField(
        label,
        [InputRequired() if required else Optional(), NumberRange(0, MOST)],
        render_kw={"inputmode": "decimal"},
    )


class LineForm(Form):
    """One article; a line without a name is none."""

    name = words(_l("Article"), 200, required=False)
    sku = words(_l("Article number"), 64, required=False)
    category = words(_l("Category"), 120, required=False)
    quantity = AmountField(_l("Quantity"), [Optional(), NumberRange(0, 1_000_000)])
    total = _amount(_l("Total of the line"))

    def facts(self) -> LineFacts:
        """What was entered."""
        quantity = self.quantity.data or Decimal(1)
        total = self.total.data or Decimal(0)
        return LineFacts(
            name=self.name.data,
            total=total,
            sku=self.sku.data,
            category=self.category.data,
            quantity=quantity,
            unit_price=(total / quantity).quantize(Decimal("0.01")),
        )


class OrderForm(FlaskForm):
    """An order entered by hand, or corrected."""

    email = email(
        _l("E-mail address of the contact"),
        description=_l("Somebody who is among your contacts already."),
    )
    number = words(_l("Order number"), 64)
    shop = words(
        _l("Shop"),
        40,
        required=False,
        description=_l("Only if you have several, each with numbers of its own."),
    )
    day = DateField(_l("Date"), [InputRequired()])
    status = SelectField(_l("Status"))
    total = _amount(_l("Total paid"), required=True)
    currency = SelectField(_l("Currency"))
    discount = _amount(_l("Discount"))
    shipping = _amount(_l("Shipping"))
    coupon = words(_l("Promotional code"), 60, required=False)
    lines = FieldList(FormField(LineForm), max_entries=MOST_LINES)

    def __init__(self, currency: str, *args: Any, **more: Any) -> None:
        """Offer the currencies, that of the workspace first."""
        super().__init__(*args, **more)
        self.status.choices = options((str(one), STATUSES[one]) for one in Status)
        known = dict.fromkeys((currency, *CURRENCIES))
        self.currency.choices = options((one, one) for one in known)
        if not self.is_submitted():
            for _number in range(SPARE_LINES):
                self.lines.append_entry()

    def validate_day(self, field: DateField) -> None:
        """Nobody bought tomorrow."""
        if field.data and field.data > clock.ahead(days=1).date():
            raise ValidationError(_("This day has not come yet."))

    def facts(self, zone: str, order: Order | None = None) -> OrderFacts:
        """What was entered, at noon of its day; an order that keeps its day keeps its hour."""
        entered = [line.form for line in self.lines if line.form.name.data]
        return OrderFacts(
            number=self.number.data,
            shop=self.shop.data,
            placed_at=_moment(self.day.data, zone, order),
            total=self.total.data or Decimal(0),
            status=Status(self.status.data),
            currency=self.currency.data,
            discount=self.discount.data or Decimal(0),
            shipping=self.shipping.data or Decimal(0),
            coupon=self.coupon.data,
            lines=tuple(form.facts() for form in entered),
        )


def filled(order: Order, lines: list[OrderLine], address: str, zone: str) -> Any:
    """The form of an order as it stands."""
    day = order.placed_at.astimezone(ZoneInfo(zone)).date()
    told = {
        name: getattr(order, name)
        for name in (
            *("number", "shop", "status", "total", "currency"),
            *("discount", "shipping", "coupon"),
        )
    }
    articles = [
        {
            name: getattr(line, name)
            for name in ("name", "sku", "category", "quantity", "total")
        }
        for line in lines
    ]
    return OrderForm(
        order.currency, data={**told, "email": address, "day": day, "lines": articles}
    )


class ReturnForm(FlaskForm):
    """Something that came back."""

    number = words(
        _l("Number of the return"),
        64,
        description=_l("The same number entered twice is one return."),
    )
    day = DateField(_l("Date"), [InputRequired()])
    amount = _amount(_l("Paid back"), required=True)
    reason = words(_l("Reason"), 200, required=False)

    def facts(self, zone: str) -> ReturnFacts:
        """What was entered."""
        return ReturnFacts(
            number=self.number.data,
            at=_moment(self.day.data, zone),
            amount=self.amount.data or Decimal(0),
            reason=self.reason.data,
        )


class RulesForm(FlaskForm):
    """How customers are counted."""

    currency = SelectField(_l("Currency of the figures"))
    days = RadioField(
        _l("When somebody is at risk, and when lost"),
        choices=options(
            [
                ("measured", _l("As measured on my orders, once a month")),
                ("chosen", _l("After the days I choose")),
            ]
        ),
    )
    late_days = IntegerField(
        _l("At risk after (days)"), [Optional(), NumberRange(1, LONGEST_DAYS)]
    )
    lost_days = IntegerField(
        _l("Lost after (days)"), [Optional(), NumberRange(2, LONGEST_DAYS)]
    )
    ambassador_orders = IntegerField(
        _l("Orders of an ambassador, at least"), [InputRequired(), NumberRange(2, 100)]
    )
    ambassador_percent = IntegerField(
        _l("Among the best customers by revenue (percent)"),
        [InputRequired(), NumberRange(1, 100)],
    )

    def __init__(self, rules: CustomerRules) -> None:
        """Start from the rules as they are."""
        super().__init__(
            obj=rules, data={"days": "chosen" if rules.by_hand else "measured"}
        )
        known = dict.fromkeys((rules.currency, *CURRENCIES))
        self.currency.choices = options((one, one) for one in known)

    def validate_late_days(self, field: IntegerField) -> None:
        """Days that are chosen are entered."""
        if self.days.data == "chosen" and not (field.data and self.lost_days.data):
            raise ValidationError(_("Enter both numbers of days."))

    def said(self) -> Said:
        """What was entered."""
        by_hand = self.days.data == "chosen"
        return Said(
            currency=self.currency.data,
            late_days=self.late_days.data if by_hand else None,
            lost_days=self.lost_days.data if by_hand else None,
            ambassador_orders=self.ambassador_orders.data,
            ambassador_percent=self.ambassador_percent.data,
        )


def _moment(day: date, zone: str, order: Order | None = None) -> datetime:
    here = ZoneInfo(zone)
    if order and order.placed_at.astimezone(here).date() == day:
        return order.placed_at
    return datetime.combine(day, time(12), here)
