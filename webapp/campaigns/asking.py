"""Campaigns that ask whether one may be measured: to whom, and how seldom.

Silence is a no, and after a no nobody is asked again for six months (CNIL, 2026-042).
"""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    exists,
    func,
    select,
    true,
)
from sqlalchemy.orm import aliased

from webapp.accounts.models import Workspace
from webapp.campaigns.models import Campaign
from webapp.consent import pacing, purposes
from webapp.consent.gate import Reason
from webapp.consent.models import ConsentState, Purpose, State
from webapp.contacts.models import Contact
from webapp.core import months
from webapp.core.db import db
from webapp.messages.models import Message, Status

# The reasons that only these campaigns know.
REASONS = (Reason.ANSWERED, Reason.ASKED_LATELY)
# Calendar months in which nobody is asked twice.
APART = 6
# A message in one of these states reached them, or may have.
_LEFT = (Status.SENT, Status.UNCERTAIN, Status.SENDING)


def narrowed(
    campaign: Campaign, verdicts: Select[tuple[object]]
) -> Select[tuple[object]]:
    """The gate's verdicts, and for a campaign that asks: not whom it would ask in vain, or too soon."""
    if not campaign.asks_measuring:
        return verdicts
    said = verdicts.subquery("said")
    why = _reason(campaign, said.c.contact_id)
    return select(
        said.c.contact_id,
        func.coalesce(said.c.reason, why).label("reason"),
        said.c.opens,
        said.c.clicks,
        said.c.last_open,
    )


def stopped(
    people: Select[Contact], campaign: Campaign, reason: Reason
) -> Select[Contact]:
    """Those of the contacts whom this campaign does not ask, for one of `REASONS`."""
    return people.where(_reason(campaign, Contact.id) == reason.value)


def question(campaign: Campaign) -> object:
    """All that the choice depends on besides the people."""
    if not campaign.asks_measuring:
        return None
    return APART, _since(db.session.get_one(Workspace, campaign.workspace_id))


def asked(
    contact_id: SQLColumnExpression[int], since: datetime | None = None, but: int = 0
) -> ColumnElement[bool]:
    """Whether a message of a campaign that asks left to the person: ever, or since a moment."""
    message, other = aliased(Message), aliased(Campaign)
    return exists().where(
        message.contact_id == contact_id,
        message.status.in_(_LEFT),
        message.dated_at >= since if since else true(),
        other.id == message.campaign_id,
        other.asks_measuring,
        other.id != but,
    )


def measured(workspace: Workspace) -> list[Purpose]:
    """What there is to ask about: what the workspace does not measure, nobody is asked."""
    both = purposes.measuring(workspace)
    wanted = (
        (both.opens, workspace.measures_opens),
        (both.clicks, workspace.measures_clicks),
    )
    return [purpose for purpose, is_wanted in wanted if is_wanted]


def _reason(
    campaign: Campaign, contact_id: SQLColumnExpression[int]
) -> ColumnElement[str]:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    since, wanted = _since(workspace), measured(workspace)
    lately = aliased(ConsentState)
    answered = exists().where(
        lately.contact_id == contact_id,
        lately.purpose_id.in_([purpose.id for purpose in wanted]),
        lately.since >= since,
    )
    agreed = and_(true(), *(_agreed(contact_id, purpose) for purpose in wanted))
    return case(
        (agreed, Reason.ANSWERED.value),
        (answered, Reason.ASKED_LATELY.value),
        (asked(contact_id, since, campaign.id), Reason.ASKED_LATELY.value),
    )


def _agreed(
    contact_id: SQLColumnExpression[int], purpose: Purpose
) -> ColumnElement[bool]:
    state = aliased(ConsentState)
    return exists().where(
        state.contact_id == contact_id,
        state.purpose_id == purpose.id,
        state.state == State.GIVEN,
    )


def _since(workspace: Workspace) -> datetime:
    """Who was asked on this day, or later, is not asked again today."""
    day = months.after(pacing.today(workspace), -APART)
    return datetime.combine(day, time.min, ZoneInfo(workspace.timezone))
