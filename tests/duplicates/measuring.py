"""How good a matcher is, on a base whose truth is known."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from webapp.duplicates import blocking, scoring, shipped, training
from webapp.duplicates.clusters import clusters
from webapp.duplicates.keys import LARGEST_BLOCK, keys
from webapp.duplicates.models import Decision


def same(owners):
    """The pairs of places that are one person's, by who owns each place."""
    places = defaultdict(list)
    for place, owner in enumerate(owners):
        places[owner].append(place)
    return {pair for group in places.values() for pair in combinations(group, 2)}


def blocks(people):
    """Whom to compare with whom, as `blocking` says it to the database: here in plain Python."""
    serving = {kind.name for kind in blocking.kinds_for(len(people))}
    sharing = defaultdict(list)
    for place, one in enumerate(people):
        for name, mark in keys(one, 1).items():
            if mark is not None and name in serving:
                sharing[name, mark].append(place)
    return sorted(
        {
            pair
            for group in sharing.values()
            if len(group) <= LARGEST_BLOCK
            for pair in combinations(group, 2)
        }
    )


@dataclass(frozen=True)
class Quality:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self):
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def quality(found, truth):
    right = len(found & truth)
    return Quality(right / len(found), right / len(truth))


class Matched:
    """People compared by weights that were learnt from them."""

    def __init__(self, people, truth):
        self.people, self.truth = people, truth
        self.pairs = blocks(people)
        compared = [(people[a], people[b]) for a, b in self.pairs]
        start = shipped.weights(len(people))
        self.weights = training.train(
            start, people, compared, contacts=len(people)
        ).weights

    @cached_property
    def comparisons(self):
        return {
            (a, b): scoring.compare(self.people[a], self.people[b], self.weights)
            for a, b in self.pairs
        }

    def from_on(self, probability):
        """The pairs at least so probable."""
        return {
            pair
            for pair, comparison in self.comparisons.items()
            if comparison.probability >= probability
        }

    def decided(self, decision, review_at=0.90):
        """The pairs of which this is to become."""
        thresholds = scoring.Thresholds(review_at=review_at)
        return {
            pair
            for pair, comparison in self.comparisons.items()
            if scoring.decide(comparison, thresholds) == decision
        }

    def after_review(self, review_at):
        """What is right when a person who is never wrong looks at the whole queue."""
        shown = self.decided(Decision.PENDING, review_at)
        return self.decided(Decision.AUTO, review_at) | (shown & self.truth)


def chained(pairs):
    """The pairs together with those that follow from them."""
    return {pair for group in clusters(pairs) for pair in combinations(group, 2)}
