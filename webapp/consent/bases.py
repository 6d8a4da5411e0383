"""Which legal bases count for a purpose: consent always, others where its list says so."""

from sqlalchemy import ARRAY, ColumnElement, Text, and_, any_, func, literal, or_

from webapp.consent.models import Basis, ConsentState, Purpose, PurposeKind
from webapp.contacts.models import Contact
from webapp.core import free_mail

# The bases a list may accept besides consent.
OTHERS = (Basis.EXISTING_CUSTOMER, Basis.LEGITIMATE_INTEREST)


def accepted(purpose: Purpose) -> frozenset[Basis]:
    """The bases that count; measuring, and handing on to a partner, need consent (LIL 82, L34-5)."""
    if purpose.kind != PurposeKind.NEWSLETTER:
        return frozenset({Basis.CONSENT})
    return frozenset({Basis.CONSENT, *map(Basis, purpose.other_bases)})


def family_key(words: str) -> str:
    """What makes two families of products the same one, however they are typed."""
    return " ".join(words.casefold().split())[:120]


def counts(state: type[ConsentState], purpose: Purpose) -> ColumnElement[bool]:
    """Whether that on which the person of a row stands is something the purpose accepts now."""
    bases, family = accepted(purpose), family_key(purpose.product_family)
    ways = [state.basis == Basis.CONSENT]
    if Basis.EXISTING_CUSTOMER in bases and family:
        customer = state.basis == Basis.EXISTING_CUSTOMER
        ways.append(and_(customer, state.family == family))
    if Basis.LEGITIMATE_INTEREST in bases:
        professional = state.basis == Basis.LEGITIMATE_INTEREST
        ways.append(and_(professional, ~_has_personal_address()))
    return or_(*ways)


def _has_personal_address() -> ColumnElement[bool]:
    # One parameter, whatever their number.
    personal = literal(sorted(free_mail.DOMAINS), ARRAY(Text))
    return func.split_part(func.lower(Contact.email), "@", -1) == any_(personal)
