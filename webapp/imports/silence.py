"""Why a line brings no consent: what the law wants for its basis is not there (CPCE L34-5, GDPR 7)."""

from datetime import date, timedelta
from typing import Any

from webapp.consent.grounds import LONGEST_SINCE_SALE, is_reference
from webapp.consent.models import Basis
from webapp.core import clock, free_mail
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.core.normalising import dates
from webapp.imports import statuses, targets
from webapp.imports.answers import NO_BASIS, Answers

NO_LIST, NO_PROOF, NOT_SUBSCRIBED = "no_list", "no_proof", "not_subscribed"
NO_SALE, OLD_SALE, PERSONAL = "no_sale", "old_sale", "personal_address"
WORDS = {
    NO_LIST: _l("no list was chosen"),
    NO_PROOF: _l("there is no proof that they agreed"),
    NOT_SUBSCRIBED: _l("the file does not say that they agreed"),
    NO_SALE: _l("the sale is not named, by its number and its day"),
    OLD_SALE: _l("the sale is more than three years old, or to come"),
    PERSONAL: _l("a personal address is not one of a profession"),
}


def of(
    answers: Answers, key: str, said: str, sale: dict[str, str]
) -> tuple[str, dict[str, Any] | None]:
    """The code of the reason, "" for none; and the sale on which a consent stands."""
    if not answers.lists:
        return NO_LIST, None
    if answers.basis in {"", NO_BASIS} or _lacks_proof(answers):
        return NO_PROOF, None
    if said == statuses.SILENT:
        return NOT_SUBSCRIBED, None
    if answers.basis == Basis.LEGITIMATE_INTEREST:
        personal = key.rpartition("@")[2] in free_mail.DOMAINS
        return PERSONAL if personal else "", None
    if answers.basis == Basis.EXISTING_CUSTOMER:
        return _sale(sale)
    return "", None


def _lacks_proof(answers: Answers) -> bool:
    """A list from others needs their proof, whatever was answered."""
    return answers.is_of_a_third_party and not answers.proof


def _sale(sale: dict[str, str]) -> tuple[str, dict[str, Any] | None]:
    reference = sale.get(targets.SALE_NUMBER, "")
    day = _day(sale.get(targets.SALE_DATE, ""))
    if not is_reference(reference) or day is None:
        return NO_SALE, None
    today = clock.now().date()
    if not today - timedelta(LONGEST_SINCE_SALE.days) <= day <= today:
        return OLD_SALE, None
    return "", {"reference": reference, "sold_on": day.isoformat()}


def _day(typed: str) -> date | None:
    try:
        return dates.read(typed) if typed else None
    except DomainError:
        return None
