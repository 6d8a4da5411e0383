"""Stop writing to people whose domain takes no mail, before providers count it against the shop."""

from sqlalchemy import select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core import draining
from webapp.core.db import db, transaction
from webapp.deliverability import suppression
from webapp.deliverability.models import Origin, SuppressionReason
from webapp.quality import jobs
from webapp.quality.models import Doubt, Finding

BATCH = 500


def begin(workspace: Workspace) -> None:
    """Put them on the suppression list in the background; a colleague can take each off again."""
    auditing.record(workspace, "quality.stopped_writing")
    jobs.stop_writing.enqueue(workspace_id=workspace.id)


def perform(workspace_id: int) -> None:
    """Suppress them, some at a time; doing it twice does no harm. Commits on its way."""
    last: int | None = 0
    while last is not None and not draining.requested():
        with transaction():
            last = _some(workspace_id, last)
    with transaction():
        jobs.count.enqueue(workspace_id=workspace_id)


def _some(workspace_id: int, last: int) -> int | None:
    """Suppress the next ones; the number of the last of them, None when there are no more."""
    workspace = db.session.get_one(Workspace, workspace_id)
    people = db.session.scalars(
        select(Contact)
        .join(Finding, Finding.contact_id == Contact.id)
        .where(
            Finding.workspace_id == workspace_id,
            Finding.doubt == Doubt.DEAD_DOMAIN,
            Finding.contact_id > last,
        )
        .order_by(Finding.contact_id)
        .limit(BATCH)
    ).all()
    for contact in people:
        suppression.suppress(
            workspace,
            contact.email,
            SuppressionReason.HARD_BOUNCE,
            contact,
            origin=Origin.STAFF,
        )
    return people[-1].id if people else None
