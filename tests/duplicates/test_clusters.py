"""Chains of safe pairs."""

from webapp.duplicates.clusters import LARGEST, clusters, doubt
from webapp.duplicates.identities import Identity


def people(*firsts):
    return {number: Identity(first=first) for number, first in enumerate(firsts, 1)}


def test_pairs_chain_together():
    assert sorted(clusters([(5, 6), (2, 3), (1, 2)])) == [[1, 2, 3], [5, 6]]


def test_a_chain_of_one_person_is_safe():
    assert doubt([1, 2, 3], people("anne", "a", "anne"), set()) == ""


def test_a_chain_whose_ends_contradict_one_another_is_not():
    assert doubt([1, 2, 3], people("anne", "a", "albert"), set()) == "contradiction"


def test_nor_is_one_of_which_somebody_said_no():
    assert doubt([1, 2, 3], people("anne", "a", "anne"), {(1, 3)}) == "contradiction"


def test_too_many_are_looked_at_by_a_person():
    many = LARGEST + 1
    crowd = people(*["anne"] * many)
    assert doubt(list(crowd), crowd, set()) == "crowd"
    assert doubt(list(crowd)[:LARGEST], crowd, set()) == ""
