"""The addresses no newsletter goes to again."""

import pytest
from sqlalchemy import select

from tests.factories.accounts import workspace as make_workspace
from tests.factories.subscriptions import contact as make_contact
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import Suppression, SuppressionReason


@pytest.mark.covers("consent-58")
def test_the_list_holds_no_address(workspace):
    suppression.suppress(workspace, "anna@example.org", SuppressionReason.STAFF)
    row = db.session.execute(select(Suppression.__table__)).one()
    assert "anna" not in repr(row)
    assert len(row.address_hash) == 32


def test_an_address_is_recognised_whatever_its_letters(workspace):
    suppression.suppress(workspace, "Anna@example.org", SuppressionReason.STAFF)
    assert suppression.is_suppressed(workspace, "anna@EXAMPLE.ORG")
    assert not suppression.is_suppressed(workspace, "berta@example.org")


def test_one_workspace_does_not_suppress_for_another(workspace):
    other = make_workspace(slug="ailleurs")
    suppression.suppress(workspace, "anna@example.org", SuppressionReason.STAFF)
    assert not suppression.is_suppressed(other, "anna@example.org")


def test_suppressing_twice_keeps_the_first_reason(workspace):
    suppression.suppress(workspace, "anna@example.org", SuppressionReason.COMPLAINT)
    suppression.suppress(workspace, "anna@example.org", SuppressionReason.STAFF)
    assert (
        suppression.reason_for(workspace, "anna@example.org")
        is SuppressionReason.COMPLAINT
    )
    assert [tally.addresses for tally in suppression.tallies(workspace)] == [1]


def test_the_suppression_outlives_the_contact(workspace):
    anna = make_contact(workspace, "anna@example.org")
    suppression.suppress(workspace, anna.email, SuppressionReason.ERASED, anna)
    db.session.delete(anna)
    db.session.flush()
    assert suppression.is_suppressed(workspace, "anna@example.org")


def test_a_lifted_address_may_be_written_to_again(workspace):
    anna = make_contact(workspace, "anna@example.org")
    suppression.suppress(workspace, anna.email, SuppressionReason.STAFF)
    assert suppression.find(workspace, anna) is not None
    suppression.lift(workspace, anna)
    assert not suppression.is_suppressed(workspace, anna.email)
