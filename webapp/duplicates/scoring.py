"""How probably two people are one: Fellegi-Sunter, with what forbids to decide alone."""

from dataclasses import dataclass

from webapp.duplicates.identities import Identity
from webapp.duplicates.levels import DIFFERENT, SAME, levels
from webapp.duplicates.models import Decision
from webapp.duplicates.weights import Weights

# Less certain than this, nothing is merged without asking, nor shown.
LEAST_AUTO, LEAST_REVIEW = 0.95, 0.50
# One of these must be the same: a household shares names, address and landline.
HARD = ("email", "mobile", "birth_date", "reference")


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


@dataclass(frozen=True)
class Thresholds:
    """From which probability on a pair is merged without asking, or shown to a person."""

    auto_at: float = 0.95
    review_at: float = 0.90


def compare(a: Identity, b: Identity, weights: Weights) -> Comparison:
    """Everything that comparing two people tells."""
    found = levels(a, b)
    bits = weights.weigh(found, a)
    return Comparison(
        levels=found,
        bits=bits,
        vetoes=vetoes(found),
        corroboration=tuple(name for name in HARD if found.get(name) == SAME),
        probability=weights.probability(bits.values()),
    )


def vetoes(found: dict[str, str]) -> tuple[str, ...]:
    """The contradictions no agreement outweighs."""
    first, born = found.get("first_name", ""), found.get("birth_date", "")
    contradictions = {
        "first_name": first == DIFFERENT,
        "birth_date": born in {"part", DIFFERENT},
        "civility": found.get("civility") == DIFFERENT and first != SAME,
    }
    return tuple(name for name, is_so in contradictions.items() if is_so)


def decide(comparison: Comparison, thresholds: Thresholds) -> Decision | None:
    """Merge without asking, show to a person, or neither."""
    if comparison.probability < thresholds.review_at or are_two(comparison):
        return None
    return Decision.PENDING if doubts(comparison, thresholds) else Decision.AUTO


def doubts(comparison: Comparison, thresholds: Thresholds) -> list[str]:
    """Why a pair is not merged without asking, as codes; see `wording`."""
    hard = comparison.corroboration
    is_nameless = "first_name" not in comparison.levels
    found = {
        "unsure": comparison.probability < thresholds.auto_at,
        "household": not hard,
        # A family may share a mobile, and without a first name it could be any of them.
        "nameless": is_nameless and hard == ("mobile",) and _share_a_home(comparison),
    }
    reasons = [code for code, is_so in found.items() if is_so]
    return reasons + [f"other_{name}" for name in comparison.vetoes]


def are_two(comparison: Comparison) -> bool:
    """Two contradictions, or one and nothing in common that is one person's own: a family."""
    hard, against = comparison.corroboration, comparison.vetoes
    return len(against) > 1 or (len(against) == 1 and not hard)


def _share_a_home(comparison: Comparison) -> bool:
    levels = comparison.levels
    is_there = levels.get("address") in {SAME, "close", "street", "number"}
    return is_there or levels.get("landline") == SAME
