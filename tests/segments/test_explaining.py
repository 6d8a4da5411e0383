"""Why she is in it, or not."""

from random import Random

from tests.factories import audience as make
from tests.segments.crowd import Crowd
from tests.segments.reference import Reference
from tests.segments.test_compiling import NIGHTS
from tests.segments.trees import Trees
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.segments import explaining, queries, rules


def test_each_condition_says_what_it_finds(workspace):
    make.attribute(workspace, "tea", "text")
    lyon = {"subject": "city", "operator": "equals", "value": "Lyon"}
    no_tea = {"subject": "attribute:tea", "operator": "is_not", "value": "sencha"}
    never = {"subject": "clicks", "operator": "never"}
    data = {
        "v": 2,
        "root": {
            "match": "any",
            "rules": [{"match": "none", "rules": [lyon, no_tea]}, never],
        },
    }
    known = queries.catalogue(workspace)
    person = make.contact(workspace, city="Lyon")
    told = explaining.explain(workspace, rules.read(data, known), known, person)
    assert told.holds is None
    group, clicks = told.answers
    assert group.holds is False
    assert [one.holds for one in group.answers] == [True, True]
    assert clicks.holds is None
    assert group.answers[0].words == "Ville est «\xa0Lyon\xa0»"


def test_what_is_explained_is_what_the_members_are(workspace):
    now, dice = NIGHTS[0], Random(3)
    crowd = Crowd(workspace, dice, now, size=10)
    with clock.stopped(now):
        known = queries.catalogue(workspace)
        trees, reference = Trees(dice, known, now), Reference(crowd, known)
        for _ in range(20):
            tree = trees.tree()
            for person in crowd.people:
                contact = db.session.get(Contact, person["id"])
                told = explaining.explain(workspace, tree, known, contact)
                assert told.holds is reference.node(tree, person)
