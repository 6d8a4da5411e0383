"""One figure for the quality of a base, made of four that everybody can check: pure."""

from dataclasses import dataclass
from typing import Any

from webapp.core.i18n import _l


@dataclass(frozen=True)
class Part:
    """One of the four: its share of the score, and how good it is, from 0 to 1."""

    key: str
    label: Any
    note: Any
    weight: int
    value: float | None


# Who cannot be reached is no contact; what is known of them comes next.
WEIGHTS = {"reached": 40, "complete": 30, "alive": 15, "single": 15}
_LABELS = {
    "reached": _l("Can be reached"),
    "complete": _l("Profiles complete"),
    "alive": _l("Alive"),
    "single": _l("Known once"),
}
_NOTES = {
    "reached": _l("their inbox takes mail"),
    "complete": _l("filled in, valid, fresh"),
    "alive": _l("a sign of life in two years"),
    "single": _l("no duplicate waits"),
}


def parts(figures: dict[str, Any]) -> list[Part]:
    """The four, from the figures of a day; None where there is nothing to measure."""
    people = figures["people"]
    known = {
        "reached": _share(people, figures["unreachable"]),
        "complete": _hundredth(figures["complete"]),
        "alive": _share(people, figures["silent"].get("24", 0)),
        "single": _share(people, figures["duplicates"]),
    }
    return [
        Part(key, _LABELS[key], _NOTES[key], weight, known[key])
        for key, weight in WEIGHTS.items()
    ]


def score(figures: dict[str, Any]) -> int:
    """Of 100; what cannot be measured counts for nothing."""
    measured = [part for part in parts(figures) if part.value is not None]
    most = sum(part.weight for part in measured)
    reached = sum(part.weight * (part.value or 0) for part in measured)
    return round(100 * reached / most) if most else 0


def _share(people: int, wrong: int) -> float | None:
    return max(0.0, 1 - wrong / people) if people else None


def _hundredth(score: float | None) -> float | None:
    return None if score is None else score / 100
