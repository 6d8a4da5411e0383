"""What is answered about a file: where it comes from, on which basis, what it may change."""

from dataclasses import asdict, dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, Self

from webapp.consent.models import Basis
from webapp.core.i18n import _l


class Source(StrEnum):
    """By which way the merchant has these people."""

    SHOP = "shop"
    SITE = "site"
    EVENT = "event"
    TOOL = "tool"
    STAFF = "staff"
    PARTNER = "partner"
    BOUGHT = "bought"
    RENTED = "rented"


SOURCES = {
    Source.SHOP: _l("Our own sales, in the shop or on our site"),
    Source.SITE: _l("A form of our own site"),
    Source.EVENT: _l("An event or a contest of ours"),
    Source.TOOL: _l("The e-mail tool we used before"),
    Source.STAFF: _l("Written down by us, one by one"),
    Source.PARTNER: _l("A partner who passed them on"),
    Source.BOUGHT: _l("A list we bought"),
    Source.RENTED: _l("A list we rent"),
}
# Somebody else collected them: they must have agreed to us by name, and the proof must be here.
THIRD_PARTIES = frozenset({Source.PARTNER, Source.BOUGHT, Source.RENTED})

# No proof of anything: the people are kept, and not written to.
NO_BASIS = "none"
BASES = {
    Basis.CONSENT.value: _l("They agreed to get our e-mails, and I can prove it"),
    Basis.EXISTING_CUSTOMER.value: _l("They are our customers"),
    Basis.LEGITIMATE_INTEREST.value: _l("They are professionals"),
    NO_BASIS: _l("None of these, or I have no proof"),
}


class Conflict(StrEnum):
    """What becomes of a value that is known and said otherwise by the file."""

    FILL = "fill"
    NEWER = "newer"
    OVERWRITE = "overwrite"


CONFLICTS = {
    Conflict.FILL: _l("Fill in what is empty, change nothing else"),
    Conflict.NEWER: _l("The newer value wins"),
    Conflict.OVERWRITE: _l("The file wins"),
}


@dataclass(frozen=True)
class Answers:
    """The answers as the import keeps them; `read` and `kept` go to and from JSON."""

    source: str = ""
    supplier: str = ""
    collected_on: date | None = None
    basis: str = ""
    # The sentence people agreed to, word for word, and its immutable row.
    wording: str = ""
    text_id: int | None = None
    sector: str = ""
    could_refuse: bool = False
    lists: list[int] = field(default_factory=list)
    conflict: str = Conflict.FILL
    # What the whole file says where no column does: "", "agrees", "silent" or a refusal.
    file_status: str = ""
    makes_contacts: bool = True
    # SHA-256 of the proof of a third party, which lies beside the file.
    proof: str = ""
    proof_name: str = ""

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Self:
        """From what the import keeps."""
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in kept.items() if name in known}
        day = values.get("collected_on")
        values["collected_on"] = date.fromisoformat(day) if day else None
        return cls(**values)

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        day = self.collected_on
        return {**asdict(self), "collected_on": day.isoformat() if day else None}

    @property
    def is_of_a_third_party(self) -> bool:
        """Whether somebody else collected these people."""
        return self.source in {one.value for one in THIRD_PARTIES}

    @property
    def brings_consents(self) -> bool:
        """Whether anybody may be written to because of this file."""
        return bool(self.lists) and self.basis not in {"", NO_BASIS}
