"""What consent tells the other features."""

from dataclasses import dataclass

from webapp.consent.models import PurposeKind, State


@dataclass(frozen=True)
class ConsentRecorded:
    """A person said something about a purpose."""

    contact_id: int
    purpose_id: int
    kind: PurposeKind
    state: State


@dataclass(frozen=True)
class LedgerBroken:
    """A verification found what it had not found before: the chain does not hold."""

    workspace_id: int
    fault: str
    seq: int | None
