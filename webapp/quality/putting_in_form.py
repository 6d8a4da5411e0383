"""Put what is kept into the form it would be kept in today; each change can be taken back."""

from sqlalchemy import select

from webapp.accounts import access, auditing
from webapp.accounts.models import Workspace
from webapp.contacts import changing
from webapp.contacts.models import Contact
from webapp.core import draining
from webapp.core.db import db, transaction
from webapp.quality import jobs, judging, looking
from webapp.quality.models import Doubt, Finding

SOURCE = "cleaning"
BATCH = 200


def begin(workspace: Workspace) -> None:
    """Have all such values of the workspace put into their form, in the background."""
    state = looking.state(workspace.id)
    state.tidied_by, state.tidied_until = access.current_user_id(), 0
    auditing.record(workspace, "quality.tidied")
    jobs.tidy.enqueue(workspace_id=workspace.id)


def perform(workspace_id: int) -> None:
    """Go through them, some at a time, from where the last worker stood; commits on its way."""
    while not draining.requested():
        with transaction():
            if not _some(workspace_id):
                return


def _some(workspace_id: int) -> bool:
    """Put the next people's values into form; False once there are no more."""
    state = looking.state(workspace_id)
    if state.tidied_until is None:
        return False
    people = db.session.scalars(
        select(Contact)
        .join(Finding, Finding.contact_id == Contact.id)
        .where(
            Finding.workspace_id == workspace_id,
            Finding.doubt == Doubt.UNTIDY,
            Finding.contact_id > state.tidied_until,
        )
        .order_by(Finding.contact_id)
        .limit(BATCH)
    ).all()
    for contact in people:
        profile = {name: getattr(contact, name) for name in judging.COLUMNS}
        changing.write(contact, judging.untidy(profile), source=SOURCE)
    if not people:
        state.tidied_by = state.tidied_until = None
        jobs.count.enqueue(workspace_id=workspace_id)
        return False
    state.tidied_until = people[-1].id
    return True
