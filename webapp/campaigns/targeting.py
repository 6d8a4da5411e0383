"""The segments that narrow the list of a campaign down: those it goes to, those it leaves out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    SQLColumnExpression,
    delete,
    exists,
    select,
    union_all,
    update,
)

from webapp.accounts.models import Workspace
from webapp.campaigns.models import Campaign, CampaignSegment, Status
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.segments import queries as segments
from webapp.segments import renewing
from webapp.segments.events import SegmentLeaving
from webapp.segments.models import Segment

# More would make one question of hours, and a page that nobody reads.
MOST = 20


class InAndOut(DomainError):
    """Nobody can be written to and left out at once."""

    status = 422
    message = _l("A segment cannot be written to and left out at the same time.")


class TooManySegments(DomainError):
    """An audience of more segments than anybody can think of."""

    status = 422
    message = _l("Choose at most %(most)d segments.", most=MOST)


class SegmentIsAwaited(DomainError):
    """A scheduled campaign goes to this segment, or leaves it out."""

    message = _l("A scheduled campaign counts on this segment: unschedule it first.")


@dataclass(frozen=True)
class Targets:
    """People of at least one of the included segments (of none: everybody), and of no other."""

    included: tuple[Segment, ...] = ()
    excluded: tuple[Segment, ...] = ()


def targets(campaign: Campaign) -> Targets:
    """The segments of a campaign, by name."""
    rows = db.session.execute(
        select(Segment, CampaignSegment.is_excluded)
        .join(CampaignSegment, CampaignSegment.segment_id == Segment.id)
        .where(CampaignSegment.campaign_id == campaign.id)
        .order_by(Segment.name, Segment.id)
    ).all()
    return Targets(
        tuple(segment for segment, is_excluded in rows if not is_excluded),
        tuple(segment for segment, is_excluded in rows if is_excluded),
    )


def choose(
    workspace: Workspace,
    campaign: Campaign,
    included: Collection[int],
    excluded: Collection[int],
) -> bool:
    """Keep which segments it goes to and which it leaves out; whether that is news.

    :raises NotFound: for a segment of another workspace.
    :raises InAndOut: for one that is both.
    :raises TooManySegments: beyond twenty.
    """
    if set(included) & set(excluded):
        raise InAndOut
    chosen = {**dict.fromkeys(included, False), **dict.fromkeys(excluded, True)}
    if len(chosen) > MOST:
        raise TooManySegments
    for number in chosen:
        segments.get_segment(workspace, number)
    mine = CampaignSegment.campaign_id == campaign.id
    before = db.session.execute(
        select(CampaignSegment.segment_id, CampaignSegment.is_excluded).where(mine)
    )
    if {row[0]: row[1] for row in before} == chosen:
        return False
    db.session.execute(delete(CampaignSegment).where(mine))
    _keep(campaign, chosen)
    return True


def copy(campaign: Campaign, into: Campaign) -> None:
    """The same segments for another campaign."""
    found = targets(campaign)
    chosen = {segment.id: False for segment in found.included}
    _keep(into, chosen | {segment.id: True for segment in found.excluded})


def narrowed(
    people: Select[Any], person: SQLColumnExpression[int], campaign: Campaign
) -> Select[Any]:
    """These people, as far as the segments of the campaign let them through, as they are now.

    :raises RuleError: when a segment asks about something that is gone.
    """
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    found = targets(campaign)
    if found.included:
        people = people.where(person.in_(_members(workspace, found.included)))
    if found.excluded:
        # Not NOT IN, which PostgreSQL answers one by one where the segments are large.
        out = _members(workspace, found.excluded).subquery("left_out")
        people = people.where(~exists().where(out.c.id == person))
    return people


def question(campaign: Campaign) -> tuple[object, ...]:
    """All that the segments depend on besides the people."""
    found = targets(campaign)
    return tuple(
        (segment.id, is_excluded, segment.rules)
        for is_excluded, some in enumerate((found.included, found.excluded))
        for segment in some
    )


def freshen(campaign: Campaign) -> None:
    """Find anew whatever its segments ask about other segments: nobody is sent to on old members."""
    found = targets(campaign)
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    renewing.renew_below(workspace, (*found.included, *found.excluded))


def let_go(leaving: SegmentLeaving) -> None:
    """A segment goes: drafts that counted on it go to nobody until somebody chooses anew.

    Without it, those it left out would get the campaign.

    :raises SegmentIsAwaited: while a scheduled campaign counts on it.
    """
    counting = select(CampaignSegment.campaign_id).where(
        CampaignSegment.segment_id == leaving.segment_id
    )
    waiting = select(Campaign.id).where(
        Campaign.id.in_(counting), Campaign.status == Status.SCHEDULED
    )
    if db.session.scalar(waiting.limit(1)):
        raise SegmentIsAwaited
    db.session.execute(
        update(Campaign)
        .where(Campaign.id.in_(counting), Campaign.status == Status.DRAFT)
        .values(mailing_list_id=None, updated_at=clock.now())
    )


def _members(
    workspace: Workspace, chosen: Sequence[Segment]
) -> Select[Any] | CompoundSelect[Any]:
    found = [segments.members_of(workspace, segment) for segment in chosen]
    return found[0] if len(found) == 1 else union_all(*found)


def _keep(campaign: Campaign, chosen: dict[int, bool]) -> None:
    db.session.add_all(
        CampaignSegment(
            campaign_id=campaign.id, segment_id=number, is_excluded=is_excluded
        )
        for number, is_excluded in chosen.items()
    )
    db.session.flush()
