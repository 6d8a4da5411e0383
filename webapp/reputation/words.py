"""Figures about the reception of mail, said to people."""

from decimal import Decimal

from flask_babel import format_decimal, format_percent

from webapp.core.i18n import _
from webapp.lanes import providers
from webapp.reputation.thresholds import HUNDRED, Excess, What


def of_excess(excess: Excess) -> str:
    """Why the campaign was paused, for its page and for the mail to the team."""
    told = {
        "number": number(excess.number),
        "messages": number(excess.handed),
        "rate": percent(excess.rate),
        "limit": percent(excess.limit),
    }
    if excess.what is What.COMPLAINTS:
        return str(
            _(
                "Paused by itself: %(number)s of %(messages)s messages were reported as"
                " spam (%(rate)s; the limit is %(limit)s).",
                **told,
            )
        )
    return str(
        _(
            "Paused by itself: %(number)s of %(messages)s addresses do not exist"
            " (%(rate)s; the limit is %(limit)s).",
            **told,
        )
    )


def percent(rate: Decimal) -> str:
    """A rate in percent, as people write it."""
    return str(format_percent(rate / HUNDRED, "#,##0.## %"))


def number(count: int) -> str:
    """A number as people write it."""
    return str(format_decimal(count))


def provider(name: str) -> str:
    """A mailbox provider as people call it."""
    return str(providers.NAMES.get(name, name))
