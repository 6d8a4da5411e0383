"""What a comparison came to, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Said:
    """One field of a comparison, told: what it came to and what that weighs."""

    field: str
    words: str
    bits: float


def tell(levels: dict[str, Any]) -> list[Said]:
    """Each comparison of `DupPair.levels`, what weighs most first."""
    raise NotImplementedError


def reasons(codes: Iterable[str]) -> list[str]:
    """Why a pair waits for a person, in words."""
    raise NotImplementedError
