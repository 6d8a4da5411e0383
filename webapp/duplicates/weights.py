"""What agreement and contradiction weigh: how often one person's records show it, and strangers'."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from math import log2
from typing import Any, Self

from webapp.duplicates.identities import Identity
from webapp.duplicates.levels import SAME

Chances = dict[str, dict[str, float]]

# Addresses that resemble one another say nothing: they are made of names, as names are compared.
SILENT = {("email", "alike")}
# One in a million is as rare as anything is taken to be.
RAREST = 1e-6
MOST_BITS = 60.0
# Of a hundred contacts, so many pairs are assumed before anything is known of a base.
USUAL_SHARE = 0.10


@dataclass(frozen=True)
class Weights:
    """The chances of a Fellegi-Sunter model, and how common names are."""

    # How probable it is that two contacts taken by chance are one person.
    prior: float
    # Of each level, among the records of one person (m) and among strangers (u).
    m: Chances
    u: Chances
    # How common each name is, where it is commoner than `least`.
    first_names: dict[str, float] = field(default_factory=dict)
    last_names: dict[str, float] = field(default_factory=dict)
    least: float = 0.0

    @cached_property
    def bits(self) -> Chances:
        """What each level weighs: log2(m / u)."""
        return {
            name: {
                level: 0.0 if (name, level) in SILENT else _bits(m, self.u[name][level])
                for level, m in chances.items()
            }
            for name, chances in self.m.items()
        }

    def weigh(
        self, found: dict[str, str], a: Identity | None = None
    ) -> dict[str, float]:
        """What each comparison weighs; of a known person, a rare name in common says more."""
        bits = {name: self._weight(name, level, a) for name, level in found.items()}
        # Landline and address are the same fact, told twice: a home. The stronger one counts.
        if bits.get("landline", 0) > 0 and bits.get("address", 0) > 0:
            bits[min("landline", "address", key=bits.__getitem__)] = 0.0
        return bits

    def probability(self, bits: Iterable[float]) -> float:
        """How probable it is, all in all, that they are one person."""
        odds = log2(self.prior / (1 - self.prior)) + sum(bits)
        # Beyond these a float has no digits left.
        return 1 / (1 + float(2.0 ** -max(min(odds, MOST_BITS), -MOST_BITS)))

    def _weight(self, name: str, level: str, a: Identity | None) -> float:
        if a is None or level != SAME or name not in {"first_name", "last_name"}:
            return self.bits[name][level]
        if not self.least:
            return self.bits[name][level]
        common = (
            self.first_names.get(a.first, 0.0)
            if name == "first_name"
            else self.last_names.get(a.last, 0.0)
        )
        return _bits(self.m[name][level], max(common, self.least))

    def to_json(self) -> dict[str, Any]:
        """As a `MatchModel` keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """As `to_json` wrote it."""
        return cls(**kept)


def _bits(m: float, u: float) -> float:
    return log2(max(m, RAREST) / max(u, RAREST))


def usual_prior(contacts: int) -> float:
    """The chance that two contacts are one person, in a base nothing is known of."""
    return min(0.5, 2 * USUAL_SHARE / max(contacts - 1, 1))
