"""Which domains a workspace sends from without being able to prove that they are its own."""

from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.deliverability.models import DomainHealth, SenderDomain


def unproven(workspace: Workspace) -> list[str]:
    """The domains whose records fail, whoever answered for sending all the same."""
    return list(
        db.session.scalars(
            select(SenderDomain.domain)
            .where(
                SenderDomain.workspace_id == workspace.id,
                SenderDomain.health == DomainHealth.RED,
            )
            .order_by(SenderDomain.domain)
        )
    )
