"""How probably two people are one, and what forbids to merge them without asking."""

from dataclasses import replace

import pytest

from tests.duplicates import french
from webapp.duplicates import shipped
from webapp.duplicates.identities import Identity, identity
from webapp.duplicates.models import Decision
from webapp.duplicates.scoring import Thresholds, compare, decide, doubts

WEIGHTS = shipped.weights(10_000)
ANNE = Identity(
    first="anne",
    last="lemaire",
    civility="f",
    born="19800131",
    email="anne.lemaire@exemple.fr",
    mobile="+33612345678",
    landline="+33123456789",
    number="12",
    street="victor hugo",
    postcode="75011",
    city="paris",
)


def decided(a, b, **thresholds):
    return decide(compare(a, b, WEIGHTS), Thresholds(**thresholds))


def doubted(a, b):
    return doubts(compare(a, b, WEIGHTS), Thresholds())


def test_the_same_facts_are_the_same_person():
    assert decided(ANNE, ANNE) == Decision.AUTO


def test_strangers_are_neither_merged_nor_shown():
    bob = Identity(first="bob", last="petit", born="19550704", email="bob@exemple.fr")
    assert decided(ANNE, bob) is None


@pytest.mark.covers("data-16")
@pytest.mark.parametrize("twins", [False, True], ids=["siblings", "twins"])
def test_brothers_and_sisters_are_never_merged_without_asking(twins):
    for one, other in french.families(1_000):
        assert one.first_name != other.first_name
        born = one.birth_date if twins else other.birth_date
        a = identity(replace(one, landline="+33123456789").fields)
        b = identity(replace(other, landline="+33123456789", birth_date=born).fields)
        assert (a.last, a.street, a.landline) == (b.last, b.street, b.landline)
        assert decided(a, b) != Decision.AUTO


def test_a_family_with_nothing_else_in_common_is_not_even_shown():
    brother = ANNE._replace(
        first="xavier", email="x@exemple.fr", mobile="", born="", civility="m"
    )
    assert decided(ANNE, brother, review_at=0.5) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"first": "xavier", "born": "19550704"},
        {"born": "19550704", "email": "x@exemple.fr", "mobile": ""},
    ],
)
def test_who_contradicts_twice_or_shares_a_home_alone_is_not_shown(changed):
    assert decided(ANNE, ANNE._replace(**changed), review_at=0.5) is None


def test_an_address_and_a_name_in_common_are_for_a_person_to_judge():
    mother = ANNE._replace(born="", mobile="", email="lemaire2@exemple.fr")
    assert decided(ANNE, mother) == Decision.PENDING
    assert doubted(ANNE, mother) == ["household"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"first": "xavier"}, ["other_first_name"]),
        ({"born": "19550704"}, ["other_birth_date"]),
        ({"first": "an", "civility": "m"}, ["other_civility"]),
    ],
)
def test_no_agreement_outweighs_a_contradiction(changed, why):
    other = ANNE._replace(**changed)
    assert decided(ANNE, other) == Decision.PENDING
    assert doubted(ANNE, other) == why


def test_without_a_first_name_a_mobile_of_the_home_decides_nothing():
    nameless = ANNE._replace(first="", born="", email="info@exemple.fr")
    assert doubted(ANNE, nameless) == ["nameless"]


def test_landline_and_address_count_once():
    bits = compare(ANNE, ANNE, WEIGHTS).bits
    assert 0 in (bits["landline"], bits["address"])
    assert max(bits["landline"], bits["address"]) > 10


def test_a_similar_address_says_nothing():
    other = ANNE._replace(email="anne.lemaire@autre.fr")
    assert compare(ANNE, other, WEIGHTS).bits["email"] == 0


def test_a_rare_name_in_common_says_more_than_a_common_one():
    known = replace(WEIGHTS, last_names={"martin": 0.02}, least=1e-4)
    common, rare = (
        compare(Identity(last=name), Identity(last=name), known).bits["last_name"]
        for name in ("martin", "lemaire")
    )
    assert rare > common + 5


def test_it_does_not_matter_who_is_named_first():
    other = ANNE._replace(first="ane", mobile="", street="victor hugot")
    assert compare(ANNE, other, WEIGHTS) == compare(other, ANNE, WEIGHTS)


def test_weights_survive_being_kept():
    assert type(WEIGHTS).from_json(WEIGHTS.to_json()) == WEIGHTS
