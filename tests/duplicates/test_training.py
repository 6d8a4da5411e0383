"""What is learnt from public sets, and from a French base with households: how much of it is right."""

from functools import cache

import pytest

from tests.duplicates import febrl, french
from tests.duplicates.measuring import Matched, chained, quality, same
from webapp.duplicates import shipped, training
from webapp.duplicates.identities import Identity, identity
from webapp.duplicates.models import Decision

SETS = ("febrl1", "febrl2", "febrl3", "febrl4")


@cache
def matched(name, *, with_number=True):
    people, owners = febrl.read(name, with_number=with_number)
    return Matched(people, same(owners))


@cache
def households():
    records = french.base(20_000)
    people = [identity(record.fields) for record in records]
    return Matched(people, french.truth(records))


@pytest.mark.covers("data-8")
@pytest.mark.parametrize("name", SETS)
def test_nearly_everybody_of_the_public_sets_is_found_and_nobody_else(name):
    found = matched(name)
    reached = quality(found.from_on(0.9), found.truth)
    assert reached.f1 >= 0.998
    assert reached.precision >= 0.999


@pytest.mark.covers("data-9")
@pytest.mark.parametrize("name", SETS)
def test_they_are_found_without_their_number_too(name):
    found = matched(name, with_number=False)
    assert quality(found.from_on(0.9), found.truth).f1 >= 0.990


@pytest.mark.covers("data-10")
def test_those_who_are_chained_together_belong_together():
    found = matched("febrl3")
    assert quality(chained(found.from_on(0.9)), found.truth).f1 >= 0.999


@pytest.mark.covers("data-11")
def test_what_is_merged_without_asking_in_a_base_of_households_is_right():
    reached = quality(households().decided(Decision.AUTO), households().truth)
    assert reached.precision >= 0.996
    assert reached.recall >= 0.80


@pytest.mark.covers("data-12")
def test_who_looks_at_the_whole_queue_misses_hardly_anybody():
    found = households()
    assert quality(found.after_review(0.5), found.truth).f1 >= 0.975


@pytest.mark.covers("data-13")
def test_the_queue_is_short():
    found = households()
    shown = found.decided(Decision.PENDING, review_at=0.9)
    assert len(shown) <= 50 * len(found.people) / 1_000


def test_another_base_of_the_same_kind_fares_no_worse():
    records = french.base(6_000, seed=4)
    people = [identity(record.fields) for record in records]
    found = Matched(people, french.truth(records))
    reached = quality(found.decided(Decision.AUTO), found.truth)
    assert reached.precision >= 0.99
    assert reached.recall >= 0.80


def test_the_share_of_one_person_is_estimated_never_learnt():
    found = households()
    pairs = len(found.people) * (len(found.people) - 1) / 2
    assert found.weights.prior == pytest.approx(len(found.truth) / pairs, rel=0.2)


def test_the_same_base_teaches_the_same():
    people = households().people[:300]
    assert Matched(people, set()).weights == Matched(people, set()).weights


def test_a_family_does_not_teach_that_first_names_may_differ():
    learnt = households().weights
    assert learnt.bits["first_name"]["different"] < -6


def test_where_no_pair_is_certain_one_person_keeps_its_usual_weights():
    strangers = [Identity(email=f"{number}@exemple.fr") for number in range(50)]
    lessons = training.train(shipped.weights(50), strangers, [], contacts=50)
    assert lessons.certain_pairs == 0
    assert lessons.weights.m["first_name"] == pytest.approx(shipped.M["first_name"])
    assert lessons.weights.prior == shipped.weights(50).prior
