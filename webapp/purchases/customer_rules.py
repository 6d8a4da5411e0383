"""How a workspace counts its customers; a workspace that never chose counts as most do."""

from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.purchases.models import CustomerRules


def of(workspace: Workspace) -> CustomerRules:
    """The rules of the workspace, made at the first question."""
    found = db.session.get(CustomerRules, workspace.id)
    if found is not None:
        return found
    # Two who ask at once make one.
    db.session.execute(
        insert(CustomerRules).values(workspace_id=workspace.id).on_conflict_do_nothing()
    )
    return db.session.get_one(CustomerRules, workspace.id)
