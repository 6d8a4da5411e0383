"""What keeps a widget readable, followable and understandable; a sentence for each fault."""

import math
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask_babel import format_decimal
from flask_babel.speaklater import LazyString

from webapp.core.i18n import LOCALES, _l
from webapp.widgets import choices, colours
from webapp.widgets.colours import CONTROL_CONTRAST, TEXT_CONTRAST, WHITE

if TYPE_CHECKING:
    from webapp.widgets.design import Design

LONGEST_DELAY = 120
LONGEST_CAP = 365
LARGEST_RADIUS = 24
MOST_PAGES = 20
PAGE = re.compile(r"/[^\s?#]{0,199}")
# Browsers end a host at a backslash, which Python takes for a part of a user's name.
SITE = re.compile(r"[a-z0-9.-]+(:[0-9]{1,5})?", re.ASCII | re.IGNORECASE)

Fault = tuple[str, Any]


def faults(design: "Design") -> dict[str, Any]:
    """The first fault of each field; nothing when the widget can be shown."""
    found: dict[str, Any] = {}
    for name, sentence in _all(design):
        found.setdefault(name, sentence)
    return found


def _all(one: "Design") -> Iterator[Fault]:
    yield from _colours(one)
    yield from _choices(one)
    yield from _numbers(one)
    yield from _pages("pages", one.pages)
    yield from _pages("pages_not", one.pages_not)
    yield from _languages(one)
    if one.is_overlay and one.trigger == "click" and not one.opener:
        yield "opener", _l("Say what stands on the button that shows it.")
    if one.redirect and not _is_web_address(one.redirect):
        yield (
            "redirect",
            _l("This must be a full address that begins with https://."),
        )


def _colours(one: "Design") -> Iterator[Fault]:
    if not colours.is_colour(one.colour):
        yield "colour", _l("A colour looks like #1f5f4a.")
    elif (ratio := colours.contrast(one.colour, WHITE)) < TEXT_CONTRAST:
        yield (
            "colour",
            _l(
                "White text is hard to read on this colour: its contrast is %(ratio)s"
                " to 1, and at least 4.5 to 1 is needed. Take a darker one, such as"
                " %(better)s.",
                ratio=_figure(ratio),
                better=colours.nearest(one.colour, WHITE, TEXT_CONTRAST),
            ),
        )
    if one.background or one.text_colour:
        yield from _own_ground(one)


def _own_ground(one: "Design") -> Iterator[Fault]:
    wrong = [
        name
        for name in ("background", "text_colour")
        if not colours.is_colour(getattr(one, name))
    ]
    yield from ((name, _l("A colour looks like #1f5f4a.")) for name in wrong)
    if wrong:
        return
    ratio = colours.contrast(one.text_colour, one.background)
    if ratio < TEXT_CONTRAST:
        yield (
            "text_colour",
            _l(
                "This text is hard to read on the background: its contrast is"
                " %(ratio)s to 1, and at least 4.5 to 1 is needed. Take for example"
                " %(better)s.",
                ratio=_figure(ratio),
                better=colours.nearest(one.text_colour, one.background, TEXT_CONTRAST),
            ),
        )
    yield from _button_on_ground(one)


def _button_on_ground(one: "Design") -> Iterator[Fault]:
    if not colours.is_colour(one.colour):
        return
    ratio = colours.contrast(one.colour, one.background)
    if ratio < CONTROL_CONTRAST:
        yield (
            "background",
            _l(
                "The button is hard to see on this background: its contrast is"
                " %(ratio)s to 1, and at least 3 to 1 is needed. Take a background"
                " further from the colour of the button.",
                ratio=_figure(ratio),
            ),
        )


def _figure(ratio: float) -> LazyString:
    """The ratio with one decimal, rounded down: 4.49 does not read as 4.5."""
    return LazyString(format_decimal, math.floor(ratio * 10) / 10)


def _choices(one: "Design") -> Iterator[Fault]:
    for name in ("fields", "later_fields"):
        # Whether the workspace has such a field of its own is seen when it is asked.
        others = [each for each in getattr(one, name) if not each.startswith("attr:")]
        if set(others) - choices.FIELDS.keys():
            yield name, _l("A widget cannot ask that.")
    known: dict[str, Iterable[str]] = {
        "display": choices.DISPLAYS,
        "trigger": choices.TRIGGERS,
        "side": choices.SIDES,
        "font": choices.FONTS,
        "locale": LOCALES,
    }
    for name, values in known.items():
        if getattr(one, name) not in values:
            yield name, _l("Choose one of these.")


def _numbers(one: "Design") -> Iterator[Fault]:
    limits = {
        "delay": (0, LONGEST_DELAY),
        "scroll": (1, 100),
        "cap_days": (0, LONGEST_CAP),
        "radius": (0, LARGEST_RADIUS),
    }
    for name, (least, most) in limits.items():
        if not least <= getattr(one, name) <= most:
            yield (
                name,
                _l(
                    "This must be a number from %(least)s to %(most)s.",
                    least=least,
                    most=most,
                ),
            )


def _pages(name: str, paths: tuple[str, ...]) -> Iterator[Fault]:
    if len(paths) > MOST_PAGES:
        yield name, _l("At most %(most)s pages.", most=MOST_PAGES)
    for path in paths:
        if not PAGE.fullmatch(path):
            yield (
                name,
                _l(
                    "%(path)s is not a page: it begins with /, such as /shop/*, and"
                    " has no space.",
                    path=path,
                ),
            )


def _languages(one: "Design") -> Iterator[Fault]:
    for locale, said in one.translations.items():
        known = locale in LOCALES and locale != one.locale
        if not known or set(said) - set(choices.WORDS):
            yield "translations", _l("A widget cannot speak that language.")


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(SITE.fullmatch(parts.netloc))
