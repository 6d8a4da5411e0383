"""The rates from which on a workspace wants its campaigns paused."""

from decimal import Decimal

import pytest

from webapp.core.db import db
from webapp.reputation import rules
from webapp.reputation.rules import LimitsDoNotFit
from webapp.reputation.thresholds import Limits

PAGE = "/w/maison-tilleul/settings/deliverability/"


def test_without_a_choice_the_usual_limits_hold(workspace):
    assert rules.of(workspace.id) == Limits(Decimal(5), Decimal("0.3"), 100)


@pytest.mark.parametrize(
    "limits",
    [
        Limits(Decimal("0.5"), Decimal("0.3"), 100),
        Limits(Decimal(11), Decimal("0.3"), 100),
        Limits(Decimal(5), Decimal("0.05"), 100),
        Limits(Decimal(5), Decimal(1), 100),
        Limits(Decimal(5), Decimal("0.3"), 10),
        Limits(Decimal(5), Decimal("0.3"), 5_000),
    ],
)
def test_a_limit_that_stops_nothing_or_everything_is_refused(workspace, limits):
    with pytest.raises(LimitsDoNotFit):
        rules.change(workspace, limits)


def test_the_owner_changes_the_limits_and_sees_them(owner, workspace):
    form = {"bounces": "3", "complaints": "0.2", "least": "200"}
    assert owner.post(PAGE, data=form).status_code == 303
    db.session.rollback()
    assert rules.of(workspace.id) == Limits(Decimal(3), Decimal("0.2"), 200)
    page = owner.get(PAGE).get_data(as_text=True)
    assert 'value="3.00"' in page
    again = {**form, "bounces": "4"}
    assert owner.post(PAGE, data=again).status_code == 303
    assert rules.of(workspace.id).bounces == 4


@pytest.mark.parametrize("bounces", ["0", "50", "many", ""])
def test_what_cannot_be_a_limit_is_said_beside_the_field(owner, bounces):
    form = {"bounces": bounces, "complaints": "0.2", "least": "200"}
    assert owner.post(PAGE, data=form).status_code == 422


def test_an_editor_does_not_change_the_limits(editor):
    assert editor.get(PAGE).status_code == 403
