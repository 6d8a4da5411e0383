"""The numbers a company is known by: SIREN, SIRET and the one for VAT, their check digits too."""

import re

from stdnum import exceptions
from stdnum.eu import vat as european
from stdnum.fr import siren as french_siren
from stdnum.fr import siret as french_siret
from stdnum.fr import tva

from webapp.core.errors import DomainError
from webapp.core.i18n import _l

_NEITHER_DIGITS_NOR_LETTERS = re.compile(r"[^0-9A-Z]")
# A number that went through a column of decimal ones.
_DECIMAL = re.compile(r"[.,]0$")


class NotValid(DomainError):
    """The number of a company that no company can have."""

    message = _l("This number is not valid: a digit is wrong, missing or too many.")


def siren(text: str) -> str:
    """The nine digits of a company.

    :raises NotValid: when they are not nine, or the last does not follow from the others.
    """
    return _checked(french_siren.validate, _plain(text))


def siret(text: str) -> str:
    """The fourteen digits of one place of a company; La Poste's sum up in a way of their own.

    :raises NotValid: when they are not fourteen, or the last does not follow from the others.
    """
    return _checked(french_siret.validate, _plain(text))


def vat(text: str) -> str:
    """The number for VAT with the two letters of its country, without spaces.

    :raises NotValid: when no country of the Union gives such numbers.
    """
    return _checked(european.validate, _plain(text))


def siren_of(siret: str) -> str:
    """The company a place belongs to."""
    return siret[:9]


def vat_of(siren: str) -> str:
    """The French number for VAT that follows from the nine digits of a company."""
    return "FR" + str(french_siren.to_tva(siren)).replace(" ", "")


def siren_of_vat(vat: str) -> str:
    """The company behind a French number for VAT; empty where the number does not say."""
    if not vat.startswith("FR"):
        return ""
    try:
        return str(tva.to_siren(vat))
    except (exceptions.ValidationError, AttributeError):
        return ""


def _plain(text: str) -> str:
    return _NEITHER_DIGITS_NOR_LETTERS.sub("", _DECIMAL.sub("", text.strip()).upper())


def _checked(validate: object, plain: str) -> str:
    try:
        return str(validate(plain))  # type: ignore[operator]
    except exceptions.ValidationError as error:
        raise NotValid from error
