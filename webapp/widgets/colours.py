"""Colours of a widget: how well one can be read on another, and the nearest that can."""

import re

COLOUR = re.compile(r"#[0-9a-f]{6}")
BLACK = "#000000"
WHITE = "#ffffff"
# WCAG 2.2, 1.4.3: text on its background.
TEXT_CONTRAST = 4.5
# WCAG 2.2, 1.4.11: a control, or its focus, on what surrounds it.
CONTROL_CONTRAST = 3.0
STEPS = 50


def is_colour(value: str) -> bool:
    """Whether it is written like #1f5f4a."""
    return bool(COLOUR.fullmatch(value))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def nearest(colour: str, background: str, wanted: float) -> str:
    """The colour itself, or as little darker or lighter as makes it readable on the background."""
    goal = max((BLACK, WHITE), key=lambda end: contrast(end, background))
    mixtures = (_mixed(colour, goal, step / STEPS) for step in range(STEPS + 1))
    return next(one for one in mixtures if contrast(one, background) >= wanted)


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    mixed = (round(one + (two - one) * share) for one, two in pairs)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _luminance(colour: str) -> float:
    shares = (channel / 255 for channel in _channels(colour))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
