"""What holds for everybody whom the gate stops for a reason: with an index where they are few."""

from sqlalchemy import ColumnElement, and_, select, true

from webapp.accounts.models import Workspace
from webapp.consent.answers import Reason
from webapp.consent.models import Basis, ConsentState, Purpose, State
from webapp.contacts.models import Contact, Frequency
from webapp.deliverability.models import Suppression


def of(
    reason: Reason,
    state: type[ConsentState],
    workspace: Workspace,
    purpose: Purpose,
) -> ColumnElement[bool]:
    """What holds for everybody stopped for a reason: it has an index where they are few."""
    if reason is Reason.RESTRICTED:
        return Contact.restricted_at.is_not(None)
    if reason is Reason.SUPPRESSED:
        marks = select(Suppression.contact_id).where(
            Suppression.workspace_id == workspace.id
        )
        return Contact.id.in_(marks)
    if reason is Reason.NEVER_ASKED:
        # Looked up one by one: as a join, it would be asked of everybody first.
        said = select(true()).where(
            ConsentState.contact_id == Contact.id,
            ConsentState.purpose_id == purpose.id,
        )
        return said.correlate(Contact).scalar_subquery().is_(None)
    if reason is Reason.BASIS:
        return and_(state.state == State.GIVEN, state.basis != Basis.CONSENT)
    if reason.value in {each.value for each in State}:
        return state.state == reason.value
    slowed = {
        Reason.PAUSED: Contact.paused_until.is_not(None),
        Reason.OFTEN_ENOUGH: Contact.frequency != Frequency.ALL,
    }
    return and_(state.state == State.GIVEN, slowed.get(reason, true()))
