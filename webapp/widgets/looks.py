"""The look of a widget as the name of a style sheet: pages of our own take no inline style."""

import re

from webapp.widgets import theming
from webapp.widgets.colours import TEXT_CONTRAST, nearest
from webapp.widgets.design import Design, DesignIsNotValid

# As `Design.look` writes it.
NAME = re.compile(
    r"([0-9a-f]{6})-((?:[0-9a-f]{6})?)-((?:[0-9a-f]{6})?)-([0-9]{1,2})-([a-z]{1,10})",
    re.ASCII,
)
# Of what went well, what is wrong and what is asked, before the ground changes them.
TONES = {"good": "#1b6e45", "bad": "#c2183e", "warn": "#8a5a00"}


def sheet(called: str) -> str | None:
    """The style sheet of the look with this name; none for what no widget may look like."""
    design = _design(called)
    if design is None:
        return None
    return theming.style(design, ":root") + _ground(design)


def _design(called: str) -> Design | None:
    parts = NAME.fullmatch(called)
    if parts is None:
        return None
    colour, background, text, radius, font = parts.groups()
    try:
        return Design(
            colour=f"#{colour}",
            background=background and f"#{background}",
            text_colour=text and f"#{text}",
            radius=int(radius),
            font=font,
        )
    except DesignIsNotValid:
        return None


def _ground(design: Design) -> str:
    """The page around the form: the whole of it wears the colours the widget brings."""
    if not design.background:
        return ""
    ground, text = design.background, design.text_colour
    tokens = {
        **dict.fromkeys(("ground", "surface", "accent-ink"), ground),
        **dict.fromkeys(("ink", "muted", "accent"), text),
        "line": f"color-mix(in srgb,{text} 20%,{ground})",
        "edge": f"color-mix(in srgb,{text} 65%,{ground})",
        **{name: nearest(tone, ground, TEXT_CONTRAST) for name, tone in TONES.items()},
    }
    said = ";".join(f"--{name}:{value}" for name, value in tokens.items())
    return f":root{{color-scheme:{'dark' if design.is_dark else 'light'};{said}}}"
