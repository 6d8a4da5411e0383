"""The database finds whom to compare with whom."""

from tests.duplicates import french
from tests.duplicates.filling import fill
from tests.duplicates.measuring import blocks
from webapp.core.db import db
from webapp.duplicates import blocking, refreshing
from webapp.duplicates.identities import identity
from webapp.duplicates.keys import LARGE_BASE
from webapp.duplicates.models import MatchDue


def everybody(workspace, people):
    numbers = fill(workspace, people)
    refreshing.renew(workspace, refreshing.stale(workspace, "", after=0))
    return numbers


def leaving_out(workspace):
    return blocking.crowded(workspace, blocking.kinds_for(100))


def test_the_database_finds_what_plain_python_finds(workspace):
    people = french.base(700)
    numbers = everybody(workspace, people)
    found = blocking.pairs(workspace, numbers, leaving_out(workspace), once=False)
    expected = blocks([identity(one.fields) for one in people])
    assert found == [(numbers[a], numbers[b]) for a, b in expected]


def test_each_pair_is_found_once_while_everybody_waits(workspace):
    numbers = everybody(workspace, french.base(200))
    left_out = leaving_out(workspace)
    at_once = blocking.pairs(workspace, numbers, left_out, once=True)
    one_by_one = [
        pair
        for number in numbers
        for pair in blocking.pairs(workspace, [number], left_out, once=True)
    ]
    assert sorted(one_by_one) == at_once


def test_whose_turn_has_passed_is_found_by_those_who_come_later(workspace):
    numbers = everybody(workspace, french.base(200))
    left_out = leaving_out(workspace)
    a, b = blocking.pairs(workspace, numbers, left_out, once=True)[0]
    assert (a, b) not in blocking.pairs(workspace, [a], left_out, once=True)
    db.session.query(MatchDue).delete()
    assert (a, b) in blocking.pairs(workspace, [a], left_out, once=True)


def test_a_mark_of_a_crowd_brings_nobody_together(workspace):
    home = {"street": "1 rue du Port", "postcode": "29200", "city": "Brest"}
    people = [
        french.Person(who=number, email=f"{number}x@exemple.fr", **home)
        for number in range(101)
    ]
    numbers = everybody(workspace, people)
    left_out = leaving_out(workspace)
    crowds = {kind for kind, marks in left_out.items() if marks}
    assert crowds == {"number_street", "number_here", "street_here"}
    assert blocking.pairs(workspace, numbers, left_out, once=False) == []


def test_names_alone_bring_nobody_together_in_a_large_base():
    small = {kind.name for kind in blocking.kinds_for(LARGE_BASE)}
    large = {kind.name for kind in blocking.kinds_for(LARGE_BASE + 1)}
    assert small - large == {"names", "born"}
    assert large - small == {"names_here", "names_year", "last_born", "first_born"}
