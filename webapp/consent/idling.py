"""Of whom the day of the last open may be kept, to stop writing to those who no longer read.

Only of people written to because they asked for it, and silent about opens: a yes is measured
openly, a no is a no (CNIL, 2026-042).
"""

from typing import Any

from sqlalchemy import Select, exists, false, select, true
from sqlalchemy.orm import aliased

from webapp.accounts.models import Workspace
from webapp.consent import gate, purposes
from webapp.consent.models import Basis, ConsentState, Purpose, PurposeKind, State
from webapp.contacts.models import Contact


def keeping_last_open(workspace: Workspace) -> Select[Any]:
    """The contacts whose day may be kept at this moment; none where the workspace keeps none."""
    lists = select(Purpose.id).where(
        Purpose.workspace_id == workspace.id, Purpose.kind == PurposeKind.NEWSLETTER
    )
    agreed, said = aliased(ConsentState), aliased(ConsentState)
    return select(Contact.id).where(
        Contact.workspace_id == workspace.id,
        gate.usable(),
        true() if workspace.keeps_last_open else false(),
        exists().where(
            agreed.contact_id == Contact.id,
            agreed.purpose_id.in_(lists),
            agreed.state == State.GIVEN,
            agreed.basis == Basis.CONSENT,
        ),
        ~exists().where(
            said.contact_id == Contact.id,
            said.purpose_id == purposes.measuring(workspace).opens.id,
        ),
    )
