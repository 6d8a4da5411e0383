"""A file that is read after its request is over still holds what the view found."""

import pytest

from tests.factories import accounts, audience
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason

EXPORTS = [
    ("contacts/suppressed/export", "hard_bounce"),
    ("settings/audit-log/export", "Élise Martin"),
    ("settings/ledger/export", "checkpoint"),
    ("quality/people/missing:phone/export", "anna@example.org"),
    ("orders/export.csv", ","),
    ("customers/people.csv", ","),
]


@pytest.fixture
def visitor(bare_app):
    """An owner's browser, with no context around it that would outlive a request."""
    with bare_app.app_context():
        workspace = accounts.workspace()
        audience.contact(workspace, email="anna@example.org")
        suppression.suppress(
            workspace, "emma@example.org", SuppressionReason.HARD_BOUNCE
        )
        owner = accounts.member(workspace, role="owner", name="Élise Martin")
        token = accounts.session_of(owner)
        db.session.commit()
    client = bare_app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


@pytest.mark.parametrize(("path", "held"), EXPORTS)
def test_an_export_is_read_to_its_end_after_the_request(visitor, path, held):
    answer = visitor.post(f"/w/maison-tilleul/{path}")
    assert answer.status_code == 200
    assert held in answer.text
