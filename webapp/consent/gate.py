"""May we write to this person about this, and measure what comes of it? The one place that answers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, select, true
from sqlalchemy.orm import aliased

from webapp.accounts.models import Workspace
from webapp.consent import purposes
from webapp.consent.models import ConsentState, Purpose, State
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.i18n import _l
from webapp.deliverability.models import Suppression


class Reason(StrEnum):
    """Why somebody is not written to."""

    RESTRICTED = "restricted"
    SUPPRESSED = "suppressed"
    NEVER_ASKED = "never_asked"
    PENDING = "pending"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


WORDS = {
    Reason.RESTRICTED: _l("asked us to restrict the use of their data"),
    Reason.SUPPRESSED: _l("on the suppression list"),
    Reason.NEVER_ASKED: _l("never agreed to this list"),
    Reason.PENDING: _l("did not confirm their address yet"),
    Reason.REFUSED: _l("refused"),
    Reason.WITHDRAWN: _l("unsubscribed"),
}


@dataclass(frozen=True)
class Measures:
    """What the workspace and the campaign want to measure; the person's own choice can only narrow it."""

    opens: bool
    clicks: bool


@dataclass(frozen=True)
class Answer:
    """The gate's answer for one person."""

    reason: Reason | None
    opens: bool
    clicks: bool

    @property
    def allowed(self) -> bool:
        """Whether we may write."""
        return self.reason is None


def verdicts(workspace: Workspace, purpose: Purpose, measures: Measures) -> Select[Any]:
    """One row a contact of the workspace: contact_id, reason (NULL: we may write), opens, clicks.

    Restriction and suppression win over any consent; opens and clicks are decided apart,
    and the strictest of workspace, campaign and person wins; silence is a no.
    """
    suppressed = exists().where(
        Suppression.contact_id == Contact.id,
        Suppression.workspace_id == Contact.workspace_id,
    )
    return _verdicts(workspace, purpose, measures, suppressed)


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
            _reason(wanted, suppressed).label("reason"),
            _given(opens, wanted=workspace.measures_opens and measures.opens).label(
                "opens"
            ),
            _given(clicks, wanted=workspace.measures_clicks and measures.clicks).label(
                "clicks"
            ),
        )
        .outerjoin(wanted, _about(wanted, purpose))
        .outerjoin(opens, _about(opens, asked.opens))
        .outerjoin(clicks, _about(clicks, asked.clicks))
        .where(Contact.workspace_id == workspace.id)
    )


def ask(
    contact: Contact, workspace: Workspace, purpose: Purpose, measures: Measures
) -> Answer:
    """The verdict about one person, now."""
    row = db.session.execute(
        verdicts(workspace, purpose, measures).where(Contact.id == contact.id)
    ).one()
    reason = Reason(row.reason) if row.reason else None
    return Answer(reason=reason, opens=row.opens, clicks=row.clicks)


def agreeing(purpose: Purpose) -> Select[Any]:
    """The contacts who agree to this purpose at this moment: no more may be written to or measured."""
    return select(ConsentState.contact_id).where(
        ConsentState.purpose_id == purpose.id, ConsentState.state == State.GIVEN
    )


def _about(state: type[ConsentState], purpose: Purpose) -> ColumnElement[bool]:
    return and_(state.contact_id == Contact.id, state.purpose_id == purpose.id)


def _given(state: type[ConsentState], *, wanted: bool) -> ColumnElement[bool]:
    if not wanted:
        return false()
    return and_(state.state.is_not(None), state.state == State.GIVEN)


def _reason(
    state: type[ConsentState], suppressed: ColumnElement[bool]
) -> ColumnElement[Any]:
    return case(
        (Contact.restricted_at.is_not(None), Reason.RESTRICTED.value),
        (suppressed, Reason.SUPPRESSED.value),
        (state.state == State.GIVEN, None),
        (state.state == State.PENDING, Reason.PENDING.value),
        (state.state == State.REFUSED, Reason.REFUSED.value),
        (state.state == State.WITHDRAWN, Reason.WITHDRAWN.value),
        else_=Reason.NEVER_ASKED.value,
    )
