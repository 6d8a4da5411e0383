"""How alike two people are, field by field, and how probably they are one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """What comparing two people came to."""

    # {"email": "same", "birth_date": "different", ...}; a field that is missing is not there.
    levels: dict[str, str]
    # What each level weighs, in bits: log2(m / u).
    bits: dict[str, float]
    # Contradictions that forbid merging without asking: "first_name", "birth_date", "civility".
    vetoes: tuple[str, ...]
    # Hard facts in common: "email", "mobile", "birth_date", "reference".
    corroboration: tuple[str, ...]
    probability: float
