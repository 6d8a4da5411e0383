"""What each column says about a person: the declarations that export, erasure and register derive from."""

from enum import StrEnum
from typing import Any

from sqlalchemy.orm import MappedColumn, mapped_column


class Category(StrEnum):
    """The kinds of personal data we hold, as the processing register names them."""

    IDENTITY = "identity"
    CONTACT = "contact"
    PREFERENCES = "preferences"
    PURCHASES = "purchases"
    BEHAVIOUR = "behaviour"
    CONSENT = "consent"
    CONNECTION = "connection"
    MESSAGES = "messages"
    ACCOUNT = "account"


class _Technical:
    """Declares a column that says nothing about a person beyond the row it stands in."""

    info: dict[str, Any] = {"category": None}  # noqa: RUF012 - one shared declaration

    def __call__(self, *args: Any, **options: Any) -> MappedColumn[Any]:
        return mapped_column(*args, info=self.info, **options)


technical = _Technical()


def personal(
    category: Category,
    *args: Any,
    **options: Any,
) -> MappedColumn[Any]:
    """Declare a column with personal data of one category."""
    return mapped_column(*args, info={"category": category}, **options)
