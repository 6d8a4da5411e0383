"""A demo shop and its owner."""

from tests.factories import accounts
from webapp.core.db import db
from webapp.demo import loading


def shop(workspace):
    """The demo shop of a new owner of this workspace, committed, and that owner."""
    owner = accounts.member(workspace, role="owner")
    made = loading.load(owner)
    db.session.commit()
    return made, owner
