"""A design as the studio's form shows it."""

from typing import Any

from webapp.widgets import choices, themes
from webapp.widgets.design import Design

# Where a ground of one's own begins.
PAPER, PEN = "#ffffff", "#1f2328"


def starting(name: str, design: Design, usual: dict[str, str]) -> dict[str, Any]:
    """What the form shows of a design.

    :param usual: words proposed for a second language that was not chosen yet.
    """
    second, said = next(iter(design.translations.items()), ("", usual))
    return {
        **{key: getattr(design, key) for key in Design.__dataclass_fields__},
        "name": name,
        "theme": themes.name_of(design),
        "own_ground": bool(design.background),
        "background": design.background or PAPER,
        "text_colour": design.text_colour or PEN,
        "second_language": second,
        **{f"second_{word}": said.get(word, "") for word in choices.WORDS},
    }
