"""What a comparison came to, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from webapp.core.i18n import _l

# Fields and levels as `levels.LEVELS` names them.
FIELDS = {
    "first_name": _l("First name"),
    "last_name": _l("Last name"),
    "birth_date": _l("Birth date"),
    "email": _l("E-mail"),
    "mobile": _l("Mobile"),
    "landline": _l("Landline"),
    "address": _l("Address"),
    "civility": _l("Civility"),
    "reference": _l("Customer number"),
}
WORDS = {
    ("first_name", "same"): _l("same first name"),
    ("first_name", "close"): _l("first name with a slip"),
    ("first_name", "short"): _l("short form of the first name"),
    ("first_name", "swapped"): _l("first and last name swapped"),
    ("first_name", "near"): _l("similar first name"),
    ("first_name", "different"): _l("another first name"),
    ("last_name", "same"): _l("same last name"),
    ("last_name", "close"): _l("last name with a slip"),
    ("last_name", "part"): _l("part of a double last name"),
    ("last_name", "near"): _l("similar last name"),
    ("last_name", "different"): _l("another last name"),
    ("birth_date", "same"): _l("same birth date"),
    ("birth_date", "slip"): _l("birth date with a slip"),
    ("birth_date", "part"): _l("birth date that differs in part"),
    ("birth_date", "different"): _l("another birth date"),
    ("email", "same"): _l("same inbox"),
    ("email", "alike"): _l("similar address, which says nothing"),
    ("email", "different"): _l("another e-mail"),
    ("mobile", "same"): _l("same mobile"),
    ("mobile", "slip"): _l("mobile with one digit off"),
    ("mobile", "different"): _l("another mobile"),
    ("landline", "same"): _l("same landline"),
    ("landline", "different"): _l("another landline"),
    ("address", "same"): _l("same address"),
    ("address", "close"): _l("address with a slip"),
    ("address", "street"): _l("same street"),
    ("address", "number"): _l("same number in the same town"),
    ("address", "place"): _l("same town"),
    ("address", "area"): _l("same area"),
    ("address", "different"): _l("another address"),
    ("civility", "same"): _l("same civility"),
    ("civility", "different"): _l("another civility"),
    ("reference", "same"): _l("same customer number"),
    ("reference", "slip"): _l("customer number with one digit off"),
    ("reference", "different"): _l("another customer number"),
}
# Why a pair waits for a person; see `scoring.doubts` and `clusters`.
REASONS = {
    "unsure": _l("It is probable, not sure."),
    "household": _l(
        "Nothing that is one person’s own agrees: it may be two people of one home."
    ),
    "nameless": _l("A first name is missing, and a family may share a mobile."),
    "other_first_name": _l("The first names contradict one another."),
    "other_birth_date": _l("The birth dates contradict one another."),
    "other_civility": _l("The civilities contradict one another."),
    "crowd": _l("Too many contacts would become one."),
    "contradiction": _l(
        "Among those who would become one, two contradict one another."
    ),
    "said_no": _l(
        "A colleague said that they are two people; something changed since."
    ),
    "new": _l("One of them has only just arrived."),
    "consents": _l("Merging them would change who is written to."),
    "minor": _l("One of them is not of age: it may be a child and a parent."),
    "undone": _l("They were merged before, and a colleague undid it."),
}


@dataclass(frozen=True)
class Said:
    """One field of a comparison, told: what it came to and what that weighs, in bits."""

    field: str
    level: str
    name: str
    words: str
    bits: float

    @property
    def signed(self) -> str:
        """The bits with their sign, as in a sum: "+9.1" or "−4.0"."""
        return f"{'−' if self.bits < 0 else '+'}{abs(self.bits):.1f}"


def tell(levels: dict[str, Any]) -> list[Said]:
    """Each comparison of `DupPair.levels`, what weighs most first."""
    told = [
        Said(field, level, str(FIELDS[field]), str(WORDS[field, level]), bits)
        for field, (level, bits) in levels.items()
    ]
    return sorted(told, key=lambda said: -abs(said.bits))


def sentence(levels: dict[str, Any]) -> str:
    """All of it in a line: "+9.1 same mailbox, −4.0 another birth date"."""
    return ", ".join(f"{said.signed} {said.words}" for said in tell(levels))


def reasons(codes: Iterable[str]) -> list[str]:
    """Why a pair waits for a person, in words."""
    return [str(REASONS[code]) for code in codes]
