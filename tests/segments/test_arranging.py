"""The buttons of the builder: rows are added, removed and moved, and work goes on beside."""

import pytest

from tests.segments.test_rules import CATALOGUE
from webapp.segments.arranging import change
from webapp.segments.drafts import Row, Rows, numbered
from webapp.segments.kinds import Operator
from webapp.segments.offered import TIMES


def row(name):
    return Row(CATALOGUE.find("city"), Operator.EQUALS, [name])


def page(*rows):
    return numbered(Rows(rows=list(rows)))


def seen(root):
    """The rows by their values; where work goes on, with a star."""
    return [
        seen(one) if isinstance(one, Rows) else one.value + "*" * bool(one.focus)
        for one in root.rows
    ]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("up:0.0", ["a*", ["b", "c"], "d"]),
        ("down:0.0", [["a*", "b", "c"], "d"]),
        ("down:0.1.1", ["a", ["b"], "c*", "d"]),
        ("up:0.1.0", ["a", "b*", ["c"], "d"]),
        ("down:0.1.0", ["a", ["c", "b*"], "d"]),
        ("up:0.2", ["a", ["b", "c", "d*"]]),
        ("up:0.1", [["b", "c"], "a", "d"]),
        ("down:0.2", ["a", ["b", "c"], "d*"]),
        ("remove:0.0", [["b", "c"], "d"]),
        ("remove:0.1.0", ["a", ["c*"], "d"]),
        ("remove:0.1", ["a", "d*"]),
        ("remove:0.2", ["a", ["b", "c*"]]),
        ("up:0", ["a", ["b", "c"], "d"]),
        ("up:0.9", ["a", ["b", "c"], "d"]),
        ("refresh", ["a", ["b", "c"], "d"]),
        ("add:0.0", ["a", ["b", "c"], "d"]),
    ],
)
def test_a_button_does_what_it_says(wish, expected):
    root = page(row("a"), Rows(rows=[row("b"), row("c")]), row("d"))
    assert seen(change(root, wish, CATALOGUE)) == expected


def test_a_group_goes_past_a_group_and_stays_shallow():
    root = page(Rows(rows=[row("a")]), Rows(rows=[row("b")]))
    assert seen(change(root, "down:0.0", CATALOGUE)) == [["b"], ["a"]]


def test_the_last_condition_of_a_group_takes_the_group_along():
    root = page(row("a"), Rows(rows=[row("b")]))
    assert seen(change(root, "up:0.1.0", CATALOGUE)) == ["a", "b*"]


def test_a_new_row_is_where_work_goes_on():
    root = page(row("a"))
    assert seen(change(root, "add:0", CATALOGUE)) == ["a", "*"]
    assert seen(change(page(row("a")), "group:0", CATALOGUE)) == ["a", ["*"]]
    bare = change(page(row("a")), "remove:0.0", CATALOGUE)
    assert [one.subject.key for one in bare.rows] == ["list:1"]
    assert bare.rows[0].focus == "subject"


def test_a_detail_is_added_and_removed():
    bought = Row(TIMES[0], Operator.AT_LEAST, ["2"])
    root = change(page(bought), "part:0.0", CATALOGUE)
    assert [part.path for part in root.rows[0].parts] == ["0.0.w0"]
    assert root.rows[0].parts[0].focus == "subject"
    root = change(root, "remove:0.0.w0", CATALOGUE)
    assert root.rows[0].parts == []
    assert root.rows[0].value == "2"


def test_a_condition_about_what_is_has_no_details():
    root = change(page(row("a")), "part:0.0", CATALOGUE)
    assert root.rows[0].parts == []


def test_ten_details_are_enough():
    root = page(Row(TIMES[0], Operator.AT_LEAST, ["2"]))
    for _ in range(12):
        root = change(root, "part:0.0", CATALOGUE)
    assert len(root.rows[0].parts) == 10
