"""Chains of safe pairs: who would become one when each of them is merged, and whether that is safe."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from webapp.duplicates.identities import Identity
from webapp.duplicates.levels import levels
from webapp.duplicates.scoring import vetoes

Pair = tuple[int, int]

# More records than this are rarely one person's.
LARGEST = 8


def clusters(pairs: Iterable[Pair]) -> list[list[int]]:
    """The groups that the pairs chain together, each in ascending order."""
    leader: dict[int, int] = {}

    def lead(one: int) -> int:
        leader.setdefault(one, one)
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for a, b in pairs:
        first, second = sorted((lead(a), lead(b)))
        leader[second] = first
    groups = defaultdict(list)
    for one in sorted(leader):
        groups[lead(one)].append(one)
    return list(groups.values())


def doubt(
    cluster: list[int], people: Mapping[int, Identity], rejected: set[Pair]
) -> str:
    """Why the whole cluster is to be looked at by a person, as a code; "" when it is safe."""
    if len(cluster) > LARGEST:
        return "crowd"
    for a, b in combinations(cluster, 2):
        if (a, b) in rejected or vetoes(levels(people[a], people[b])):
            return "contradiction"
    return ""
