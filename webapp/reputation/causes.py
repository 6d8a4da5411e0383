"""What a refused message says: of the address, of the mailbox for now, or of us."""

from enum import StrEnum

from sqlalchemy import ColumnElement, case, func, literal

from webapp.deliverability.classifying import Category
from webapp.incoming.models import MessageReport
from webapp.messages.models import Message


class Cause(StrEnum):
    """Whose problem a bounce is."""

    HARD = "hard"
    """The address does not exist: the list is not clean."""
    SOFT = "soft"
    """The mailbox is full, asleep, or did not answer in time."""
    POLICY = "policy"
    """The provider does not want our mail, whoever it is for."""


OF_THE_ADDRESS = frozenset({Category.INVALID_RECIPIENT, Category.BAD_DOMAIN})
OF_US = frozenset(
    {
        Category.POLICY,
        Category.REPUTATION,
        Category.THROTTLED,
        Category.PROTOCOL,
        Category.MESSAGE_REFUSED,
    }
)


def of(category: Category) -> Cause:
    """The cause behind a category."""
    if category in OF_THE_ADDRESS:
        return Cause.HARD
    return Cause.POLICY if category in OF_US else Cause.SOFT


def expression() -> ColumnElement[str]:
    """The cause of each bounced message, beside its report if there is one.

    What was written down before replies were classified is told by its enhanced code
    (RFC 3463).
    """
    named = func.coalesce(
        func.nullif(MessageReport.category, ""), func.nullif(Message.reason, "")
    )
    enhanced = func.substring(Message.smtp_reply, r"^[245]\.(\d+\.\d+)")
    return case(
        (named.in_(sorted(OF_THE_ADDRESS)), literal(Cause.HARD.value)),
        (named.in_(sorted(OF_US)), literal(Cause.POLICY.value)),
        (named.in_(sorted(Category)), literal(Cause.SOFT.value)),
        (enhanced.in_(["1.1", "1.2", "1.3", "1.10"]), literal(Cause.HARD.value)),
        (enhanced.like("7.%"), literal(Cause.POLICY.value)),
        else_=literal(Cause.SOFT.value),
    )
