"""Remove a demo shop wholly, its proofs included: nobody in it ever existed."""

from sqlalchemy import delete, text

from webapp.accounts.models import Workspace
from webapp.core.db import Model, db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l


class NotADemo(DomainError):
    """Real people's proofs are never thrown away."""

    message = _l("Only a demo shop can be removed like this.")


def remove(workspace: Workspace) -> None:
    """Delete the workspace and every row that hangs on it.

    :raises NotADemo: for a workspace with real people in it.
    """
    if not workspace.is_demo:
        raise NotADemo
    if workspace in db.session:
        # The caller may still say its name.
        db.session.expunge(workspace)
    # The append-only tables let go of rows of a demo shop alone, and of no other than this one.
    db.session.execute(
        text("SELECT set_config('volontiers.removing_workspace', :number, true)"),
        {"number": str(workspace.id)},
    )
    # Children first: their keys cascade too, but a row at a time.
    for table in reversed(Model.metadata.sorted_tables):
        if "workspace_id" in table.columns:
            db.session.execute(
                delete(table).where(table.columns.workspace_id == workspace.id)
            )
    db.session.execute(
        delete(Workspace.__table__).where(Workspace.id == workspace.id)  # type: ignore[arg-type]
    )
    db.session.execute(
        text("SELECT set_config('volontiers.removing_workspace', '', true)")
    )
    db.session.expire_all()
