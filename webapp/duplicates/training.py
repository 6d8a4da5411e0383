"""Learning from a base itself what agreement and contradiction weigh there.

The chance of two strangers agreeing (u) comes from pairs taken by chance; the chance of one
person's records agreeing (m) is learnt by expectation and maximisation over the pairs found.
The prior is never learnt: over pairs that were found because they resemble one another it
would drift upwards until strangers pass for one person.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from webapp.duplicates.identities import Identity
from webapp.duplicates.levels import SAME, levels
from webapp.duplicates.phonetics import sound
from webapp.duplicates.scoring import vetoes
from webapp.duplicates.weights import Chances, Weights

# What one comparison came to, as one value that can be counted.
Pattern = tuple[tuple[str, str], ...]

# Below these a base is too small to learn from: the shipped weights serve.
LEAST_CONTACTS = 2_000
LEAST_CERTAIN_PAIRS = 100
# How many of all pairs of one person the certain ones are assumed to be.
CERTAIN_SHARE = 0.7
RANDOM_PAIRS = 50_000
ROUNDS = 12
# Larger groups with one value in common (a switchboard, a default date) are looked at in part.
LARGEST_GROUP = 60
# As if each level had been seen so often: what never occurred in a sample may still occur.
UNSEEN = 0.1
# The shipped weights count as so many pairs: what was hardly ever seen is not impossible.
TRUST = 50
# Names that stand so often in the sample have a frequency of their own.
COMMON = 3
# What is the same in two strangers by chance alone is too rare for pairs taken by chance.


def _address(one: Identity) -> str:
    known = one.street and one.postcode
    return f"{one.number} {one.street} {one.postcode}" if known else ""


RARE: dict[str, Callable[[Identity], str]] = {
    "birth_date": lambda one: one.born,
    "email": lambda one: one.email,
    "mobile": lambda one: one.mobile,
    "landline": lambda one: one.landline,
    "address": _address,
    "reference": lambda one: one.reference,
}


@dataclass(frozen=True)
class Lessons:
    """What was learnt, and from how many pairs that are certain without any weights."""

    weights: Weights
    certain_pairs: int


def train(
    start: Weights,
    sample: Sequence[Identity],
    pairs: Iterable[tuple[Identity, Identity]],
    *,
    contacts: int,
    share: float = 1.0,
) -> Lessons:
    """Learn from a base of so many contacts.

    `sample` stands for everybody; `pairs` are those worth comparing, or a `share` of them.
    """
    counted: Counter[Pattern] = Counter()
    certain = 0
    for a, b in pairs:
        found = levels(a, b)
        if not _is_family(vetoes(found), found):
            counted[tuple(found.items())] += 1
            certain += is_certain(found)
    start = replace(start, prior=_prior(certain / share, contacts, start.prior))
    learnt = replace(
        start,
        u=_strangers(sample, start),
        first_names=_common(Counter(one.first for one in sample if one.first)),
        last_names=_common(Counter(one.last for one in sample if one.last)),
        least=COMMON / 2 / max(len(sample), 1),
    )
    for _ in range(ROUNDS):
        learnt = replace(learnt, m=_one_round(learnt, counted, start.m))
    return Lessons(learnt, certain)


def is_certain(found: dict[str, str]) -> bool:
    """Whether a pair is one person by plain rules: names agree and a hard fact is shared."""
    agreed = {name for name, level in found.items() if level in {SAME, "close"}}
    same = {name for name, level in found.items() if level == SAME}
    has_number = bool(same & {"email", "mobile", "reference"})
    is_placed = "last_name" in agreed and bool(
        same & {"birth_date"} | agreed & {"address"}
    )
    return "first_name" in agreed and (has_number or is_placed)


def _is_family(contradictions: Sequence[str], found: dict[str, str]) -> bool:
    """Another of a household for sure: even mailbox and mobile may be shared, a birth date is not."""
    if not {"first_name", "civility"} & set(contradictions):
        return False
    return SAME not in (found.get("birth_date"), found.get("reference"))


def _prior(certain: float, contacts: int, usual: float) -> float:
    if certain < LEAST_CERTAIN_PAIRS:
        return usual
    return certain / CERTAIN_SHARE / (contacts * (contacts - 1) / 2)


def _one_round(
    weights: Weights, counted: "Counter[Pattern]", start: Chances
) -> Chances:
    """One step of expectation and maximisation."""
    seen: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for pattern, count in counted.items():
        sure = count * _posterior(weights, pattern)
        for name, level in pattern:
            seen[name][level] += sure
    return {name: _with_start(seen[name], chances) for name, chances in start.items()}


def _posterior(weights: Weights, pattern: Pattern) -> float:
    return weights.probability(weights.weigh(dict(pattern)).values())


def _with_start(seen: dict[str, float], start: dict[str, float]) -> dict[str, float]:
    total = sum(seen.values()) + TRUST
    return {level: (seen[level] + TRUST * m) / total for level, m in start.items()}


def _chances(seen: "Counter[str]", before: dict[str, float]) -> dict[str, float]:
    total = sum(seen.values()) + UNSEEN * len(before)
    return {level: (seen[level] + UNSEEN) / total for level in before}


def _strangers(sample: Sequence[Identity], start: Weights) -> Chances:
    """How often strangers agree: pairs by chance, and for rare facts all pairs of the sample."""
    seen = _by_chance(sample, start)
    learnt = {
        name: _chances(seen[name], chances) if seen[name] else chances
        for name, chances in start.u.items()
    }
    for name in RARE:
        if seen[name]:
            learnt[name] = _with_same(learnt[name], _coincidence(sample, name))
    return learnt


def _by_chance(sample: Sequence[Identity], start: Weights) -> dict[str, Counter[str]]:
    # The same sample teaches the same.
    choice = random.Random(len(sample))  # noqa: S311 - nothing secret
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for _ in range(min(RANDOM_PAIRS, len(sample) ** 2) if len(sample) > 1 else 0):
        found = levels(*choice.sample(sample, 2))
        # Where many are entered twice, some of those taken by chance are no strangers.
        if _posterior(start, tuple(found.items())) > 0.5:
            continue
        for name, level in found.items():
            seen[name][level] += 1
    return seen


def _with_same(chances: dict[str, float], same: float) -> dict[str, float]:
    rest = 1 - chances[SAME]
    return {
        level: same if level == SAME else chance * (1 - same) / rest
        for level, chance in chances.items()
    }


def _coincidence(sample: Sequence[Identity], name: str) -> float:
    """How often two strangers have this very value in common."""
    part = RARE[name]
    groups = defaultdict(list)
    for one in sample:
        if value := part(one):
            groups[value].append(one)
    known = sum(map(len, groups.values()))
    shared = sum(_strangers_of(group, name) for group in groups.values())
    return (shared + UNSEEN) / max(known * (known - 1) / 2, 1)


def _strangers_of(group: list[Identity], name: str) -> float:
    looked_at = group[:LARGEST_GROUP]
    strangers = sum(
        sound(a.first) != sound(b.first)
        and (
            sound(a.last) != sound(b.last) if name == "birth_date" else a.born != b.born
        )
        for a, b in combinations(looked_at, 2)
    )
    return strangers * (len(group) / len(looked_at)) ** 2


def _common(names: "Counter[str]") -> dict[str, float]:
    known = sum(names.values())
    return {name: count / known for name, count in names.items() if count >= COMMON}
