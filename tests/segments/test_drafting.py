"""A segment is opened and saved: nothing it holds is lost on the way."""

from random import Random

import pytest
from flask import render_template_string

from tests.segments.crowd import Crowd
from tests.segments.pages import posted
from tests.segments.test_compiling import NIGHTS
from tests.segments.test_rules import CATALOGUE
from tests.segments.trees import Trees
from webapp.core import clock
from webapp.segments import drafting, posting, queries, rules
from webapp.segments.drafts import Row, Rows, Span
from webapp.segments.kinds import Kind, Operator
from webapp.segments.offered import TIMES

PAGE = '{% from "segments/_rows.html" import group with context %}{{ group(rows) }}'


def sent_back(data, known):
    """The rules after a browser showed them and sent them."""
    rows = drafting.from_json(data, known)
    page = render_template_string(
        PAGE, rows=rows, catalogue=known, error=None, bad_path=""
    )
    return drafting.to_json(posting.from_form(posted(page), known))


def ticked(node, find):
    """Boxes are ticked once, in the order of the page; all else is as it was."""
    if "match" in node:
        return {**node, "rules": [ticked(one, find) for one in node["rules"]]}
    subject, kept = find(node["subject"]), dict(node)
    if subject.choices and isinstance(node.get("value"), list):
        kept["value"] = [one for one in subject.choices if one in node["value"]]
    if "where" in node:
        kept["where"] = [ticked(one, subject.part) for one in node["where"]]
    return kept


def test_any_segment_that_is_opened_and_saved_stays_what_it_was(app, workspace):
    dice, now = Random(5), NIGHTS[0]
    Crowd(workspace, dice, now, size=1)
    with clock.stopped(now), app.test_request_context("/"):
        known = queries.catalogue(workspace)
        several = Trees(dice, known, now)
        for _ in range(80):
            data = rules.write(several.tree())
            kept = ticked(data["root"], known.find)
            assert sent_back(data, known) == {"v": 2, "root": kept}


def test_a_condition_in_each_of_its_groups_is_kept(app):
    deep = {"subject": "city", "operator": "filled"}
    for _ in range(4):
        deep = {"match": "none", "rules": [deep]}
    data = {"v": 2, "root": {"match": "any", "rules": [deep] * 60}}
    rules.read(data, CATALOGUE)
    with app.test_request_context("/"):
        assert sent_back(data, CATALOGUE) == data


@pytest.mark.parametrize("value", ["12", 12, 12.5, True, False, "Thés & <b>"])
def test_the_type_of_a_property_of_the_site_is_kept(app, value):
    price = {"subject": "price", "operator": "equals", "value": value}
    view = {
        "subject": "event:view",
        "operator": "at_least",
        "value": 2,
        "where": [price],
    }
    data = {"v": 2, "root": {"match": "all", "rules": [view]}}
    with app.test_request_context("/"):
        found = sent_back(data, CATALOGUE)
    assert found == data
    kept = found["root"]["rules"][0]["where"][0]["value"]
    assert type(kept) is type(value)


def test_spaces_count_inside_a_text_and_not_around_a_whole_one():
    city = CATALOGUE.find("city")
    said = [
        drafting.to_json(Rows(rows=[Row(city, operator, [" de "])]))
        for operator in (Operator.CONTAINS, Operator.EQUALS)
    ]
    assert [one["root"]["rules"][0]["value"] for one in said] == [" de ", "de"]


@pytest.mark.parametrize(
    ("span", "place"),
    [
        (Span("last", last="soon"), "1.within"),
        (Span("ago", near="9", far="2"), "1.within"),
        (Span("days"), "1.within"),
    ],
)
def test_a_span_of_time_that_is_none_is_refused_where_it_stands(span, place):
    bought = Row(TIMES[0], Operator.AT_LEAST, ["1"], span=span)
    with pytest.raises(rules.RuleError) as refused:
        rules.read(drafting.to_json(Rows(rows=[bought])), CATALOGUE)
    assert refused.value.place == place


def test_a_detail_of_nothing_is_refused_where_it_stands():
    view = Row(CATALOGUE.find("event:view"), Operator.AT_LEAST, ["1"])
    view.parts = [view.blank_part()]
    assert view.parts[0].subject.kind is Kind.PROPERTY
    with pytest.raises(rules.RuleError, match="Write the name") as refused:
        rules.read(drafting.to_json(Rows(rows=[view])), CATALOGUE)
    assert refused.value.place == "1.where.1"
