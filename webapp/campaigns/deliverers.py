"""Who is at which campaign: a post is one connection of one lane, held for a turn.

Campaigns take turns: who has the fewest deliverers, then who was served longest ago, comes
first, so that a small one does not wait behind a large one.
"""

import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select, text

from webapp.accounts.models import Workspace
from webapp.campaigns import claiming, finishing, pictures
from webapp.campaigns.models import Campaign, Deliverer, Status
from webapp.core import clock
from webapp.core.db import db
from webapp.core.installation import settings
from webapp.deliverability import choosing
from webapp.deliverability.choosing import Way
from webapp.lanes import offers
from webapp.lanes.offers import Grant
from webapp.messages import leases

# A turn ends after so many messages, so that others have theirs.
TURN = 5000
# Threads of a worker process that no campaign ever takes: a confirmation never waits.
RESERVED_THREADS = 2
_LOCK = 0x766F6C72


@dataclass(frozen=True)
class Post:
    """A place at a campaign: by which way, for which mailbox provider, for how many messages."""

    lease: str
    campaign_id: int
    way: Way
    provider: str
    lane_id: int
    messages: int
    messages_per_connection: int


def take(lease: str) -> Post | None:
    """The place where a deliverer is needed most; None when there is nothing to do for one."""
    db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    at_work = _at_work()
    if not has_room(at_work):
        return None
    served = Counter(one.campaign_id for one in at_work)
    sending = db.session.scalars(
        select(Campaign)
        .where(Campaign.status == Status.SENDING)
        .order_by(Campaign.served_at.asc().nulls_first(), Campaign.id)
    ).all()
    for campaign in sorted(sending, key=lambda one: served[one.id]):
        post = _post_at(campaign, at_work, lease)
        if post:
            campaign.served_at = clock.now()
            return post
    return None


def leave(post: Post, handed: int) -> bool:
    """The turn is over: all that was in flight is written down. False: it was over before."""
    gone = delete(Deliverer).where(Deliverer.lease == post.lease)
    left = db.session.execute(gone.returning(Deliverer.lease)).first()
    if left is None:
        return False
    offers.give_back(post.lane_id, post.messages - handed)
    return True


def goes_on_without(post: Post) -> bool:
    """Whether messages of the campaign may leave now by another lane than this one."""
    campaign = db.session.get_one(Campaign, post.campaign_id)
    due = claiming.due_providers(campaign.id)
    if not due:
        return False
    try:
        lanes = _lanes(campaign, due)
    except choosing.NoMailServer:
        return False
    here = (post.way.server_id, post.provider)
    return any(
        grant.most and (way.server_id, grant.provider) != here for way, grant in lanes
    )


def has_room(at_work: Collection[Row[Any]] | None = None) -> bool:
    """Whether one more may work on this machine.

    Who mostly waits for a slow server takes a thread, who does not a whole processor.
    """
    everywhere = _at_work() if at_work is None else at_work
    here = [one for one in everywhere if leases.is_of_this_machine(one.lease)]
    busy = sum(1 for one in here if not one.waits)
    return len(here) < most() and busy < settings().worker_processes


def most() -> int:
    """How many may work on one machine at the same time, when all wait for slow servers."""
    return settings().worker_processes * most_of_a_process()


def most_of_a_process() -> int:
    """How many threads of one process may deliver at the same time."""
    return max(settings().worker_threads - RESERVED_THREADS, 1)


def at(campaign_id: int) -> int:
    """How many are at this campaign."""
    return sum(1 for one in _at_work() if one.campaign_id == campaign_id)


def _at_work() -> Sequence[Row[Any]]:
    columns: tuple[Any, ...] = (
        Deliverer.lease,
        Deliverer.campaign_id,
        Deliverer.mail_server_id,
        Deliverer.provider,
        Deliverer.waits,
    )
    alive = Deliverer.until >= clock.now()
    return db.session.execute(select(*columns).where(alive)).all()


def _post_at(
    campaign: Campaign, at_work: Sequence[Row[Any]], lease: str
) -> Post | None:
    due = claiming.due_providers(campaign.id)
    if not due:
        return None
    used = Counter((one.mail_server_id, one.provider) for one in at_work)
    found = _open_lane(campaign, due, used)
    if found is None:
        return None
    way, grant = found
    messages = offers.take(grant.lane_id, min(TURN, grant.most))
    if not messages:
        return None
    db.session.add(
        Deliverer(
            lease=lease,
            campaign_id=campaign.id,
            mail_server_id=way.server_id,
            provider=grant.provider,
            lane_id=grant.lane_id,
            until=clock.now() + leases.duration(),
            room=messages,
        )
    )
    return Post(
        lease,
        campaign.id,
        way,
        grant.provider,
        grant.lane_id,
        messages,
        grant.messages_per_connection,
    )


def _open_lane(
    campaign: Campaign, due: Collection[str], used: Counter[tuple[int | None, str]]
) -> tuple[Way, Grant] | None:
    try:
        lanes = _lanes(campaign, due)
    except choosing.NoMailServer as error:
        finishing.tell(campaign.id, error.message)
        return None
    if not any(grant.most for _, grant in lanes):
        finishing.say_it_waits(campaign, min(one.seconds_until for _, one in lanes))
        return None
    free = [
        (way, grant)
        for way, grant in lanes
        if grant.most and used[way.server_id, grant.provider] < grant.connections
    ]
    ways = list(dict.fromkeys(way for way, _ in free))
    way = choosing.pick(ways, at=random.random())  # noqa: S311 - no secret
    if way is None:
        return None
    # The provider with the fewest at it; among those, any.
    return min(
        (lane for lane in free if lane[0] == way),
        key=lambda lane: (used[way.server_id, lane[1].provider], random.random()),  # noqa: S311
    )


def _lanes(campaign: Campaign, due: Collection[str]) -> list[tuple[Way, Grant]]:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    with_pictures = pictures.travel_inside(campaign)
    ways = choosing.ways(workspace, with_pictures=with_pictures)
    return [(way, grant) for way in ways for grant in _grants(workspace, way, due)]


def _grants(workspace: Workspace, way: Way, due: Collection[str]) -> list[Grant]:
    if way.server_id is None and choosing.goes_to_mailbox(workspace):
        return offers.unlimited(due)
    return offers.grants(way.server_id, due)
