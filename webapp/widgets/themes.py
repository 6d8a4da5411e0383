"""Looks that are ready to wear; each passes the contrast rules of a design."""

from dataclasses import asdict, dataclass
from typing import Any

from webapp.core.i18n import _l
from webapp.widgets.design import Design

# The look somebody composed alone.
OWN = "own"


@dataclass(frozen=True)
class Theme:
    """The part of a design that is its look; empty colours are those of the page."""

    colour: str
    background: str = ""
    text_colour: str = ""
    radius: int = 8
    font: str = "inherit"

    def values(self) -> dict[str, Any]:
        """As fields of a design."""
        return asdict(self)


THEMES = {
    "plain": Theme("#1f5f4a"),
    "linen": Theme("#8a3b12", "#f8f2e9", "#3a2c22", 6, "serif"),
    "sea": Theme("#0f5f7f", "#edf6f9", "#12313f", 10, "system"),
    "rose": Theme("#a3203f", "#fff3f4", "#431320", 24, "system"),
    "lavender": Theme("#5b3fa8", "#f4f1fc", "#2a2343", 16, "system"),
    "ink": Theme("#b0501f", "#15181e", "#f4f0ea", 4, "system"),
}
NAMES = {
    "plain": _l("As your page"),
    "linen": _l("Linen"),
    "sea": _l("Sea"),
    "rose": _l("Rose"),
    "lavender": _l("Lavender"),
    "ink": _l("Ink"),
    OWN: _l("Your own"),
}


def name_of(design: Design) -> str:
    """Which ready-made look this is, or `OWN`."""
    worn = {name: getattr(design, name) for name in THEMES["plain"].values()}
    return next((name for name, one in THEMES.items() if one.values() == worn), OWN)
