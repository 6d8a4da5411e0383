"""How sure a workspace wants to be."""

import pytest

from tests.duplicates.test_finding import ANNE, found
from tests.factories import subscriptions as make
from webapp.contacts.models import Attribute
from webapp.core.db import db
from webapp.duplicates import finding, settings
from webapp.duplicates.models import Decision
from webapp.duplicates.scoring import Thresholds
from webapp.duplicates.settings import Settings, ThresholdsAreOutOfOrder


def test_the_usual_values_hold_until_others_do(workspace):
    assert settings.of(workspace) == Settings(Thresholds(0.95, 0.90), False, "")
    wanted = Settings(Thresholds(0.99, 0.5), True, "carte")
    settings.change(workspace, wanted)
    assert settings.of(workspace) == wanted


@pytest.mark.parametrize(
    ("auto_at", "review_at"), [(0.9, 0.9), (0.95, 0.96), (0.95, 0.4), (1.1, 0.9)]
)
def test_merging_needs_more_certainty_than_asking(workspace, auto_at, review_at):
    with pytest.raises(ThresholdsAreOutOfOrder):
        settings.change(workspace, Settings(Thresholds(auto_at, review_at)))


def test_a_number_of_its_own_tells_that_two_are_one(workspace):
    db.session.add(
        Attribute(workspace_id=workspace.id, key="carte", name="Carte", kind="text")
    )
    for number in range(2):
        make.contact(
            workspace,
            f"a{number}@exemple.fr",
            first_name=ANNE["first_name"],
            last_name=ANNE["last_name"],
            attributes={"carte": "C-1234567"},
        )
    finding.find(workspace)
    assert [pair.reasons for pair in found()] == [["household"]]
    settings.change(workspace, Settings(reference_key="carte"))
    finding.find(workspace)
    (pair,) = found()
    assert pair.decision == Decision.AUTO
    assert pair.levels["reference"][0] == "same"
