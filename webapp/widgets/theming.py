"""The look and the moment of a widget, in the words its style sheet and its script know."""

from typing import Any

from webapp.core import assets
from webapp.widgets.design import Design

FONTS = {
    # The word of the style sheet: as what stands around it.
    "inherit": "inherit",
    "system": "system-ui, sans-serif",
    "serif": 'Georgia, "Times New Roman", serif',
}


def theme(design: Design) -> dict[str, str]:
    """The custom properties `--volontiers-<name>`, each with a value ready for a style sheet.

    What the site decides is not in it: without a ground of its own, a widget takes that of its page.
    """
    tokens = {
        "colour": design.colour,
        "radius": f"{design.radius}px",
        "font": FONTS[design.font],
    }
    if design.background:
        tokens["background"] = design.background
        tokens["text"] = design.text_colour
        # Boxes and lists of the browser, which it draws for light or for dark.
        tokens["scheme"] = "dark" if design.is_dark else "light"
        tokens["padding"] = "1.25rem"
    return tokens


def style(design: Design, selector: str) -> str:
    """The same as a rule, for pages of our own."""
    tokens = (f"--volontiers-{name}:{value}" for name, value in theme(design).items())
    return f"{selector}{{{';'.join(tokens)}}}"


def display(design: Design) -> dict[str, Any]:
    """How it comes to the reader: where, when, on which pages and how often."""
    return {
        "as": design.display,
        "trigger": design.trigger,
        "delay": design.delay,
        "scroll": design.scroll,
        "pages": list(design.pages),
        "pages_not": list(design.pages_not),
        "cap_days": design.cap_days,
        "side": design.side,
        "opener": design.opener,
    }


def sheet(design: Design) -> str:
    """The look of the plain form for the page it stands in: that which the script gives it later.

    With it nothing moves when the script comes, and without script the form is as handsome.
    """
    rules = assets.DIST.parent / assets.static_path("widget.css")
    return rules.read_text().strip() + style(design, ".volontiers")
