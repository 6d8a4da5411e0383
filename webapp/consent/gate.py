"""May we write to this person about this, and measure what comes of it? The one place that answers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, select, true
from sqlalchemy.orm import aliased

from webapp.accounts.models import Workspace
from webapp.consent import bases, explaining, needs, pacing, purposes
from webapp.consent.answers import (
    NOTHING,
    WORDS,
    Answer,
    Explanation,
    Measures,
    Reason,
)
from webapp.consent.explaining import Known
from webapp.consent.models import Basis, ConsentState, Purpose, State
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.deliverability.models import Suppression

__all__ = [
    "NOTHING",
    "WORDS",
    "Answer",
    "Explanation",
    "Measures",
    "Reason",
    "agreeing",
    "ask",
    "explain",
    "explain_all",
    "let_through",
    "measured",
    "stopped",
    "usable",
    "verdicts",
    "verdicts_on_all",
]


def verdicts(workspace: Workspace, purpose: Purpose, measures: Measures) -> Select[Any]:
    """One row a contact of the workspace: contact_id, reason (NULL: we may write), opens, clicks.

    `last_open` says whether the mere day of it may be kept, see `idling`.

    Restriction and suppression win over any consent; opens and clicks are decided apart,
    and the strictest of workspace, campaign and person wins; silence is a no.
    """
    return _verdicts(workspace, purpose, measures, _is_suppressed())


def verdicts_on_all(
    workspace: Workspace, purpose: Purpose, measures: Measures
) -> Select[Any]:
    """The same rows as `verdicts`, put so that a million are read at once.

    Suppressions are gathered first; for a few people `verdicts` looks theirs up instead.
    """
    suppressed = (
        select(Suppression.contact_id, true().label("there"))
        .where(Suppression.workspace_id == workspace.id)
        .distinct()
        .subquery("suppressed")
    )
    return _verdicts(
        workspace, purpose, measures, suppressed.c.there.is_(True)
    ).outerjoin(suppressed, suppressed.c.contact_id == Contact.id)


def _verdicts(
    workspace: Workspace,
    purpose: Purpose,
    measures: Measures,
    suppressed: ColumnElement[bool],
) -> Select[Any]:
    asked = purposes.measuring(workspace)
    wanted = aliased(ConsentState)
    opens = aliased(ConsentState)
    clicks = aliased(ConsentState)
    return (
        select(
            Contact.id.label("contact_id"),
            _reason(wanted, suppressed, workspace, purpose).label("reason"),
            _given(opens, wanted=workspace.measures_opens and measures.opens).label(
                "opens"
            ),
            _given(clicks, wanted=workspace.measures_clicks and measures.clicks).label(
                "clicks"
            ),
            _silent(
                wanted, opens, wanted=workspace.keeps_last_open and measures.opens
            ).label("last_open"),
        )
        .outerjoin(wanted, _about(wanted, purpose))
        .outerjoin(opens, _about(opens, asked.opens))
        .outerjoin(clicks, _about(clicks, asked.clicks))
        .where(Contact.workspace_id == workspace.id)
    )


def stopped(
    people: Select[Contact], workspace: Workspace, purpose: Purpose, reason: Reason
) -> Select[Contact]:
    """Those of the contacts whom the gate stops for this reason."""
    judged, verdict, state = _judged(people, workspace, purpose)
    needed = needs.of(reason, state, workspace, purpose)
    return judged.where(_truly(verdict == reason.value), needed)


def let_through(
    people: Select[Contact], workspace: Workspace, purpose: Purpose
) -> Select[Contact]:
    """Those of the contacts who may be written to now."""
    judged, verdict, state = _judged(people, workspace, purpose)
    return judged.where(_truly(verdict.is_(None)), state.state == State.GIVEN)


def usable() -> ColumnElement[bool]:
    """Whether the data of a contact may be used for anything at all (GDPR article 18)."""
    return Contact.restricted_at.is_(None)


def measured(state: type[ConsentState]) -> ColumnElement[bool]:
    """Whether this state is a yes, now, to be measured: what a segment may know of clicks."""
    return _given(state, wanted=True)


def ask(
    contact: Contact, workspace: Workspace, purpose: Purpose, measures: Measures
) -> Answer:
    """The verdict about one person, now."""
    row = db.session.execute(
        verdicts(workspace, purpose, measures).where(Contact.id == contact.id)
    ).one()
    reason = Reason(row.reason) if row.reason else None
    return Answer(reason=reason, opens=row.opens, clicks=row.clicks)


def explain(contact: Contact, purpose: Purpose) -> Explanation:
    """Whether we may write to this person about this now, with the reason in a sentence."""
    return explain_all([contact], purpose)[contact.id]


def explain_all(
    contacts: Sequence[Contact], purpose: Purpose
) -> dict[int, Explanation]:
    """The same for several people of one workspace, by their numbers, in three questions."""
    workspace = db.session.get_one(Workspace, purpose.workspace_id)
    numbers = [contact.id for contact in contacts]
    asked = verdicts(workspace, purpose, NOTHING).where(Contact.id.in_(numbers))
    reasons = {row.contact_id: row.reason for row in db.session.execute(asked)}
    stands = select(ConsentState).where(
        ConsentState.purpose_id == purpose.id, ConsentState.contact_id.in_(numbers)
    )
    stopped = select(Suppression).where(
        Suppression.workspace_id == workspace.id, Suppression.contact_id.in_(numbers)
    )
    states = {one.contact_id: one for one in db.session.scalars(stands)}
    marks = {one.contact_id: one for one in db.session.scalars(stopped)}
    return {
        contact.id: _explained(
            reasons[contact.id],
            Known(contact, states.get(contact.id), marks.get(contact.id)),
        )
        for contact in contacts
    }


def agreeing(purpose: Purpose) -> Select[Any]:
    """The contacts who agree to this purpose at this moment: no more may be written to or measured."""
    return select(ConsentState.contact_id).where(
        ConsentState.purpose_id == purpose.id, ConsentState.state == State.GIVEN
    )


def _judged(
    people: Select[Contact], workspace: Workspace, purpose: Purpose
) -> tuple[Select[Contact], ColumnElement[Any], type[ConsentState]]:
    """The contacts with the verdict on each, and where they stand."""
    state = aliased(ConsentState)
    suppressed = _is_suppressed()
    verdict = _reason(state, suppressed, workspace, purpose)
    return people.outerjoin(state, _about(state, purpose)), verdict, state


def _truly(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same, of which the planner expects that it holds for half of the rows, not for a few.

    A page of people is then read along the index of contacts until it is full.
    """
    return case((condition, true()), else_=false())


def _is_suppressed() -> ColumnElement[bool]:
    # Looked up one by one: PostgreSQL would rather read all suppressions for fifty people.
    mark = select(true()).where(
        Suppression.contact_id == Contact.id,
        Suppression.workspace_id == Contact.workspace_id,
    )
    return mark.limit(1).correlate(Contact).scalar_subquery().is_not(None)


def _explained(reason: str | None, known: Known) -> Explanation:
    found = Reason(reason) if reason else None
    short = WORDS[found] if found else ""
    return Explanation(found, explaining.sentence(reason, known, short))


def _about(state: type[ConsentState], purpose: Purpose) -> ColumnElement[bool]:
    return and_(state.contact_id == Contact.id, state.purpose_id == purpose.id)


def _given(state: type[ConsentState], *, wanted: bool) -> ColumnElement[bool]:
    if not wanted:
        return false()
    # Measuring needs consent, whatever a person is written to for (LIL article 82).
    return and_(
        state.state.is_not(None),
        state.state == State.GIVEN,
        state.basis == Basis.CONSENT,
    )


def _silent(
    state: type[ConsentState], opens: type[ConsentState], *, wanted: bool
) -> ColumnElement[bool]:
    """On the list by consent, and nothing was said about opens."""
    return and_(_given(state, wanted=wanted), opens.state.is_(None))


def _reason(
    state: type[ConsentState],
    suppressed: ColumnElement[bool],
    workspace: Workspace,
    purpose: Purpose,
) -> ColumnElement[Any]:
    given = state.state == State.GIVEN
    return case(
        (~usable(), Reason.RESTRICTED.value),
        (suppressed, Reason.SUPPRESSED.value),
        (and_(given, ~bases.counts(state, purpose)), Reason.BASIS.value),
        (and_(given, pacing.paused(workspace)), Reason.PAUSED.value),
        (and_(given, pacing.had_enough(workspace)), Reason.OFTEN_ENOUGH.value),
        (given, None),
        (state.state == State.PENDING, Reason.PENDING.value),
        (state.state == State.REFUSED, Reason.REFUSED.value),
        (state.state == State.WITHDRAWN, Reason.WITHDRAWN.value),
        else_=Reason.NEVER_ASKED.value,
    )
