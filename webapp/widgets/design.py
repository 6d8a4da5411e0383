"""What a sign-up widget shows and asks: its words, its fields and its colour; pure values."""

import re
from dataclasses import asdict, dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from webapp.core.errors import DomainError
from webapp.core.i18n import _l

# What a widget may ask beside the address. Few by default: each field costs sign-ups.
FIELDS = {
    "first_name": _l("First name"),
    "last_name": _l("Last name"),
    "postcode": _l("Postcode"),
    "birth_date": _l("Birthday"),
}
COLOUR = re.compile(r"#[0-9a-f]{6}")
WHITE = "#ffffff"
# WCAG 2.2, 1.4.3: text of a button on its background.
MINIMUM_CONTRAST = 4.5


class DesignIsNotValid(DomainError):
    """A widget cannot look or behave like this; `field` names the part."""

    status = 422

    def __init__(self, field: str, message: Any) -> None:
        """Name the field beside which the message belongs."""
        super().__init__(field)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Design:
    """A widget's words and choices, as stored with the widget and with each version of it."""

    title: str = ""
    intro: str = ""
    button: str = ""
    thanks: str = ""
    fields: tuple[str, ...] = ()
    asks_opens: bool = True
    asks_clicks: bool = True
    colour: str = "#1f5f4a"
    redirect: str = ""
    locale: str = "fr"

    def __post_init__(self) -> None:
        """Refuse what could not be shown or followed."""
        if not COLOUR.fullmatch(self.colour):
            raise DesignIsNotValid("colour", _l("A colour looks like #1f5f4a."))
        if contrast(self.colour, WHITE) < MINIMUM_CONTRAST:
            raise DesignIsNotValid(
                "colour",
                _l("White text is hard to read on this colour. Take a darker one."),
            )
        if set(self.fields) - FIELDS.keys():
            raise DesignIsNotValid("fields", _l("A widget cannot ask that."))
        if self.redirect and not _is_web_address(self.redirect):
            raise DesignIsNotValid(
                "redirect", _l("This must be a full address that begins with https://.")
            )

    def to_json(self) -> dict[str, Any]:
        """As it lies in the database."""
        return {**asdict(self), "fields": list(self.fields)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Design":
        """Out of the database; what an older version did not know takes its default."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        return cls(**{**values, "fields": tuple(stored.get("fields", ()))})


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)
