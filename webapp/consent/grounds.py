"""What it takes to write to somebody who did not ask for it: a sale, or a profession.

CPCE L34-5 paragraph 4 for customers; for professionals, the legitimate interest that the CNIL
admits where the message is about the profession.
"""

import re
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, select

from webapp.consent import bases
from webapp.consent.models import Basis, ConsentState, Purpose, ShownText, State
from webapp.contacts.models import Contact
from webapp.core import clock, free_mail
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.deliverability.models import Suppression

# The kind of the wording that customers read at the sale.
SALE_NOTICE = "sale_notice"
# A customer is written to for three years after the last purchase (CNIL, deliberation 2021-131).
LONGEST_SINCE_SALE = timedelta(days=3 * 365 + 1)
# The number of an order or an invoice: the ledger is for ever, so it takes nobody's name or address.
_REFERENCE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9 ._/#-]{0,39}")


class Sector(StrEnum):
    """What somebody does for a living: the sections of NACE Rev. 2, an opaque letter for the ledger."""

    AGRICULTURE = "A"
    INDUSTRY = "C"
    CONSTRUCTION = "F"
    TRADE = "G"
    TRANSPORT = "H"
    HOSPITALITY = "I"
    INFORMATION = "J"
    FINANCE = "K"
    REAL_ESTATE = "L"
    EXPERTISE = "M"
    SUPPORT = "N"
    ADMINISTRATION = "O"
    EDUCATION = "P"
    HEALTH = "Q"
    CULTURE = "R"
    SERVICES = "S"


@dataclass(frozen=True)
class Sale:
    """Why a customer may be written to: what was sold, when, by whom, and that they could refuse."""

    reference: str
    sold_on: date
    # The workspace that sold: never a partner, nor the former owner of the shop.
    seller: int
    family: str
    # They could refuse, free of charge, while the address was taken.
    could_refuse: bool

    @property
    def basis(self) -> Basis:
        """The basis that stands on it."""
        return Basis.EXISTING_CUSTOMER


@dataclass(frozen=True)
class Profession:
    """Why somebody may be written to at work: what they do there."""

    sector: str

    @property
    def basis(self) -> Basis:
        """The basis that stands on it."""
        return Basis.LEGITIMATE_INTEREST


Ground = Sale | Profession


class GroundIsRefused(DomainError):
    """The ground does not carry what is to be done; `field` is what is wrong with it."""

    status = 422
    field = "basis"


class ListTakesConsentOnly(GroundIsRefused):
    """The list does not accept this basis."""

    message = _l(
        "This list does not accept this: see “Who may be on it” in its settings."
    )


class PersonHasSpoken(GroundIsRefused):
    """What people say themselves always wins."""

    message = _l(
        "This person already answered for themselves, and their answer counts: "
        "only they can change it."
    )


class AddressIsSuppressed(GroundIsRefused):
    """Nothing is sent to this address."""

    message = _l("This address is on the suppression list.")


class SaleIsNotNamed(GroundIsRefused):
    """Without the number of the order, nobody finds the sale again."""

    field = "reference"
    message = _l(
        "Write the number of the order or of the invoice: digits, letters, at most 40, "
        "no name and no address."
    )


class SaleIsOutOfTime(GroundIsRefused):
    """A sale to come is none yet, and an old one has worn off."""

    field = "sold_on"
    message = _l("The sale must be over, and not older than three years.")


class SoldBySomebodyElse(GroundIsRefused):
    """Only the merchant who sold may write."""

    field = "sold_by_us"
    message = _l("Only who sold may write: a sale by somebody else does not count.")


class ProductsDiffer(GroundIsRefused):
    """The list is about other products than those that were bought."""

    field = "family"
    message = _l("This list is about other products: “%(family)s”.")

    def __init__(self, family: str) -> None:
        super().__init__()
        self.message = _l(
            "This list is about other products: “%(family)s”.", family=family
        )


class NoticeIsMissing(GroundIsRefused):
    """Nobody knows what the customer could read."""

    field = "notice"
    message = _l("Say which notice this person read when they gave their address.")


class CouldNotRefuse(GroundIsRefused):
    """The customer had no way to say no when the address was taken."""

    field = "could_refuse"
    message = _l("Without a way to refuse at the sale, this person must agree first.")


class AddressIsPersonal(GroundIsRefused):
    """A mailbox that anybody can have is not one of a profession."""

    message = _l(
        "This is a personal address, not one of a profession: ask them to agree."
    )


class ProfessionIsMissing(GroundIsRefused):
    """Nobody knows what the person does for a living."""

    field = "sector"
    message = _l("Say what this person does for a living.")


def check(
    contact: Contact, purpose: Purpose, ground: Ground, text_id: int | None
) -> None:
    """Let pass what the law lets pass; call it while the ledger waits for nobody else.

    :raises GroundIsRefused: one of its kinds, for the first thing that is wrong.
    """
    if ground.basis not in bases.accepted(purpose):
        raise ListTakesConsentOnly
    _check_silence(contact, purpose)
    if isinstance(ground, Sale):
        _check_sale(contact, purpose, ground)
        _check_notice(contact, text_id)
        return
    if free_mail.is_personal(contact.email):
        raise AddressIsPersonal
    if ground.sector not in tuple(Sector):
        raise ProfessionIsMissing


def is_reference(words: str) -> bool:
    """Whether this can be the number of an order or an invoice."""
    return bool(_REFERENCE.fullmatch(words))


def told(ground: Ground) -> dict[str, Any]:
    """The ground as the ledger keeps it: JSON, without anybody's name."""
    if isinstance(ground, Profession):
        return asdict(ground)
    return {
        **asdict(ground),
        "sold_on": ground.sold_on.isoformat(),
        "family": bases.family_key(ground.family),
    }


def _check_silence(contact: Contact, purpose: Purpose) -> None:
    today = db.session.get(
        ConsentState, (contact.id, purpose.id), populate_existing=True
    )
    answered = today is not None and (
        today.state in {State.REFUSED, State.WITHDRAWN}
        or (today.state == State.GIVEN and today.basis == Basis.CONSENT)
    )
    if answered:
        raise PersonHasSpoken
    suppressed = exists().where(
        Suppression.workspace_id == contact.workspace_id,
        Suppression.contact_id == contact.id,
    )
    if db.session.scalar(select(suppressed)):
        raise AddressIsSuppressed


def _check_sale(contact: Contact, purpose: Purpose, sale: Sale) -> None:
    today = clock.now().date()
    if not is_reference(sale.reference):
        raise SaleIsNotNamed
    if not today - LONGEST_SINCE_SALE <= sale.sold_on <= today:
        raise SaleIsOutOfTime
    if sale.seller != contact.workspace_id:
        raise SoldBySomebodyElse
    wanted = bases.family_key(purpose.product_family)
    if not wanted or bases.family_key(sale.family) != wanted:
        raise ProductsDiffer(purpose.product_family)
    if not sale.could_refuse:
        raise CouldNotRefuse


def _check_notice(contact: Contact, text_id: int | None) -> None:
    known = exists().where(
        ShownText.id == text_id,
        ShownText.workspace_id == contact.workspace_id,
        ShownText.kind == SALE_NOTICE,
    )
    if text_id is None or not db.session.scalar(select(known)):
        raise NoticeIsMissing
