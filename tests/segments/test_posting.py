"""The rows of the builder out of what the page posts."""

from tests.segments.test_rules import CATALOGUE
from webapp.segments import drafting, posting
from webapp.segments.kinds import Kind


def told(**fields):
    form = {"0.match": ["all"]} | {
        f"0.0.{name.replace('_', '.')}": value for name, value in fields.items()
    }
    root = posting.from_form(form, CATALOGUE)
    return drafting.to_json(root)["root"]["rules"][0]


def test_what_was_typed_for_another_type_is_not_taken_over():
    kept = told(subject=["attribute:note"], value=["Lyon"], **{"for": ["text"]})
    assert kept["value"] == "Lyon"
    other = told(subject=["attribute:size"], value=["Lyon"], **{"for": ["text"]})
    assert other["value"] == ""


def test_each_line_is_a_value_and_empty_ones_are_none():
    kept = told(
        subject=["city"], operator=["one_of"], value=["Lyon\r\n\r\nSaint-Lô; Orne"]
    )
    assert kept["value"] == ["Lyon", "Saint-Lô; Orne"]


def test_what_another_subject_left_behind_is_left_out():
    kept = told(
        subject=["city"],
        operator=["filled"],
        measure=["sum"],
        span_kind=["last"],
        span_last=["9"],
        salt=["x"],
        w0_subject=["product"],
    )
    assert kept == {"subject": "city", "operator": "filled"}


def test_a_detail_that_the_subject_does_not_know_is_left_out():
    kept = told(
        subject=["mails"],
        operator=["never"],
        w0_subject=["product"],
        w1_subject=["campaign"],
        w1_operator=["equals"],
        w1_value=["7"],
    )
    assert [one["subject"] for one in kept["where"]] == ["campaign"]
    view = told(subject=["event:view"], operator=["never"], w0_subject=[""])
    assert [one["subject"] for one in view["where"]] == [""]


def test_sixty_one_conditions_are_all_seen_so_that_they_are_refused():
    form = {"0.match": ["all"]}
    for number in range(61):
        form[f"0.{number}.subject"] = ["city"]
    assert len(posting.from_form(form, CATALOGUE).rows) == 61


def test_nothing_posted_is_one_condition_to_fill_in():
    root = posting.from_form({}, CATALOGUE)
    assert [row.subject.kind for row in root.rows] == [Kind.LIST]
