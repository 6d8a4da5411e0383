"""Who a campaign goes to: the gate's verdicts, narrowed by the segment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.campaigns import blueprints
from webapp.campaigns.models import Campaign
from webapp.consent import gate
from webapp.consent.gate import Measures, Reason
from webapp.consent.models import Purpose
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Kind, Message, Status
from webapp.segments import queries as segments


@dataclass(frozen=True)
class Audience:
    """How many people will get a campaign, how many will not and why."""

    receiving: int
    left_out: Mapping[Reason, int]
    opens: int
    clicks: int

    @property
    def reasons(self) -> list[tuple[Any, int]]:
        """Why people are left out, in words, the most frequent first."""
        ordered = sorted(self.left_out.items(), key=lambda one: -one[1])
        return [(gate.WORDS[reason], count) for reason, count in ordered]


def measure(campaign: Campaign) -> Audience:
    """The audience as it is now.

    :raises ListIsGone: when the campaign goes to no list.
    :raises RuleError: when its segment asks about something that is gone.
    """
    verdict = _verdicts(campaign).subquery("verdict")
    found = db.session.execute(
        select(
            verdict.c.reason,
            func.count(),
            func.count().filter(verdict.c.opens),
            func.count().filter(verdict.c.clicks),
        ).group_by(verdict.c.reason)
    )
    by_reason = {row[0]: row[1:] for row in found}
    receiving, opens, clicks = by_reason.pop(None, (0, 0, 0))
    left_out = {Reason(reason): counts[0] for reason, counts in by_reason.items()}
    return Audience(receiving, left_out, opens, clicks)


def reaches_anybody(campaign: Campaign) -> bool:
    """Whether one person at least may be written to now; raises as `measure` does."""
    looked_up = _verdicts(campaign, gate.verdicts)
    verdict = _among_agreeing(looked_up, campaign).subquery("verdict")
    found = select(verdict.c.contact_id).where(verdict.c.reason.is_(None)).limit(1)
    return db.session.scalar(found) is not None


def freeze(campaign: Campaign) -> int:
    """Make a message row for each person who may be written to; how many there are."""
    verdict = _among_agreeing(_verdicts(campaign), campaign).subquery("verdict")
    now = clock.now()
    rows = (
        select(
            literal(campaign.workspace_id),
            literal(campaign.id),
            verdict.c.contact_id,
            literal(Kind.CAMPAIGN.value),
            literal(Status.PENDING.value),
            literal(""),
            literal(now),
            literal(now),
        )
        .where(verdict.c.reason.is_(None))
        .order_by(verdict.c.contact_id)
    )
    names = (
        "workspace_id",
        "campaign_id",
        "contact_id",
        "kind",
        "status",
        "recipient",
        "not_before",
        "created_at",
    )
    made = db.session.execute(
        insert(Message)
        .from_select(names, rows, include_defaults=False)
        .on_conflict_do_nothing(index_elements=["campaign_id", "contact_id"])
    )
    return int(made.rowcount)  # type: ignore[attr-defined]


def measures_of(campaign: Campaign) -> Measures:
    """What the campaign wants to measure."""
    return Measures(opens=campaign.measures_opens, clicks=campaign.measures_clicks)


def _verdicts(
    campaign: Campaign, asking: Callable[..., Select[Any]] = gate.verdicts_on_all
) -> Select[Any]:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    verdicts = asking(workspace, _purpose(campaign), measures_of(campaign))
    if campaign.segment_id:
        segment = segments.get_segment(workspace, campaign.segment_id)
        members = segments.members_of(workspace, segment)
        verdicts = verdicts.where(verdicts.selected_columns.contact_id.in_(members))
    return verdicts


def _among_agreeing(verdicts: Select[Any], campaign: Campaign) -> Select[Any]:
    """Without those who cannot be written to anyway: read along the index of who agreed."""
    agreeing = gate.agreeing(_purpose(campaign))
    return verdicts.where(verdicts.selected_columns.contact_id.in_(agreeing))


def _purpose(campaign: Campaign) -> Purpose:
    return db.session.get_one(Purpose, blueprints.list_of(campaign).purpose_id)
