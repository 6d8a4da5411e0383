"""The countries by their names, in the reader's language (CLDR)."""

from babel import Locale
from wtforms import SelectChoice

from webapp.core import i18n

# Codes of CLDR that are no countries: the European Union, the euro zone, outlying Oceania...
_NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


def choices() -> list[SelectChoice]:
    """The countries (ISO 3166-1) to choose from, in the order of the reader's language."""
    found = [
        SelectChoice(code, name)
        for code, name in _names().items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    ]
    return sorted(found, key=lambda choice: i18n.sort_key(choice.label))


def name(code: str) -> str:
    """What the reader calls this country; an unknown code stands for itself."""
    return _names().get(code, code)


def _names() -> dict[str, str]:
    return dict(Locale.parse(i18n.locale()).territories)
