"""What a sign-up widget shows, asks and does: its words, fields, look and moment; pure values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from webapp.core.errors import DomainError
from webapp.core.i18n import LOCALES
from webapp.widgets import colours, design_rules
from webapp.widgets.choices import DISPLAYS, FIELDS, OVERLAYS
from webapp.widgets.colours import COLOUR

__all__ = ["COLOUR", "DISPLAYS", "FIELDS", "Design", "DesignIsNotValid"]


class DesignIsNotValid(DomainError):
    """A widget cannot look or behave like this; `faults` has a sentence for each field."""

    status = 422

    def __init__(self, faults: Mapping[str, Any]) -> None:
        """Name the fields beside which the messages belong."""
        super().__init__(dict(faults))
        self.faults = dict(faults)
        self.field, self.message = next(iter(self.faults.items()))


@dataclass(frozen=True)
class Design:
    """A widget's words and choices, as stored with the widget and with each version of it."""

    title: str = ""
    intro: str = ""
    button: str = ""
    thanks: str = ""
    locale: str = "fr"
    # Title, intro, button, thanks and opener in other languages.
    translations: dict[str, dict[str, str]] = field(default_factory=dict)

    fields: tuple[str, ...] = ()
    # Offered after the confirmation to those who did not say it yet.
    later_fields: tuple[str, ...] = ()
    asks_opens: bool = True
    asks_clicks: bool = True
    # Partners with a box of their own.
    partners: tuple[int, ...] = ()
    asks_age: bool = False

    display: str = "inline"
    trigger: str = "delay"
    # Seconds.
    delay: int = 5
    # Percent of the page.
    scroll: int = 50
    # Paths such as /shop/*; none means everywhere.
    pages: tuple[str, ...] = ()
    pages_not: tuple[str, ...] = ()
    # Days that it stays away once closed.
    cap_days: int = 7
    side: str = "right"
    # The words of the button that shows it.
    opener: str = ""

    colour: str = "#1f5f4a"
    # Both empty: as the page it stands in.
    background: str = ""
    text_colour: str = ""
    # Pixels.
    radius: int = 8
    font: str = "inherit"

    redirect: str = ""
    # Whether search engines may show the page of its own.
    indexed: bool = False
    reward: int | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be shown, read or followed."""
        faults = design_rules.faults(self)
        if faults:
            raise DesignIsNotValid(faults)

    @property
    def is_overlay(self) -> bool:
        """Whether it comes over a page instead of standing in it."""
        return self.display in OVERLAYS

    @property
    def locales(self) -> tuple[str, ...]:
        """Every language it speaks, its own first."""
        return (self.locale, *(one for one in LOCALES if one in self.translations))

    @property
    def is_dark(self) -> bool:
        """Whether its own ground is darker than its text; not so without a ground of its own."""
        return bool(self.background) and colours.contrast(
            self.background, colours.WHITE
        ) > colours.contrast(self.text_colour, colours.WHITE)

    @property
    def look(self) -> str:
        """Its colours, corners and font as the name of a style sheet: "1f5f4a---8-serif"."""
        parts = (self.colour, self.background, self.text_colour, self.radius, self.font)
        return "-".join(str(part).lstrip("#") for part in parts)

    def spoken(self, locale: str | None) -> "Design":
        """The same in another language; in its own where there is no translation."""
        if locale is None or locale not in self.translations:
            return self
        said = {word: text for word, text in self.translations[locale].items() if text}
        return replace(self, **said, locale=locale, translations={})  # type: ignore[arg-type]

    def to_json(self) -> dict[str, Any]:
        """As it lies in the database."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Design":
        """Out of the database; what an older version did not know takes its default."""
        known = {one.name for one in fields(cls)}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in stored.items()
            if name in known
        }
        return cls(**values)
