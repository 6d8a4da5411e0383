"""Providers that refuse us and lanes that are closed: noted, shown, and mailed once a day at most."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from webapp.accounts.models import Workspace
from webapp.campaigns.models import Campaign
from webapp.campaigns.models import Status as CampaignStatus
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.models import MailServer
from webapp.incoming.events import PolicyRefusal
from webapp.lanes.models import Lane
from webapp.reputation import mails
from webapp.reputation.models import SendingAlarm

REFUSED, LANE = "refused", "lane"
# One refusal is an accident, three are a habit.
LEAST_TIMES = 3
# What was not heard of for so long is over.
OVER = {REFUSED: timedelta(days=1), LANE: timedelta(minutes=30)}
ONCE_A_DAY = timedelta(days=1)
# A lane that is closed for a moment opens by itself and nobody need know.
LONG_CLOSED = timedelta(minutes=5)
LONGEST_SAID = 300


def hear(fact: PolicyRefusal) -> None:
    """A provider refused what we are: one more time."""
    _note(fact.workspace_id, REFUSED, fact.provider, fact.text)


def open_alarms(workspace: Workspace) -> Sequence[SendingAlarm]:
    """What is the matter now, the latest first."""
    return db.session.scalars(
        select(SendingAlarm)
        .where(SendingAlarm.workspace_id == workspace.id, _rings())
        .order_by(SendingAlarm.last_at.desc())
    ).all()


def look() -> None:
    """Note the lanes that are closed, end what is over, write to the owners."""
    for workspace_id, lane in _closed_lanes():
        _note(workspace_id, LANE, lane.provider, lane.words)
    _end_what_is_over()
    for workspace_id in _to_be_told():
        _tell(db.session.get_one(Workspace, workspace_id))


def _note(workspace_id: int, kind: str, provider: str, said: str) -> None:
    now = clock.now()
    new = insert(SendingAlarm).values(
        workspace_id=workspace_id,
        kind=kind,
        provider=provider,
        said=said[:LONGEST_SAID],
        times=1,
        first_at=now,
        last_at=now,
    )
    db.session.execute(
        new.on_conflict_do_update(
            index_elements=["workspace_id", "kind", "provider"],
            index_where=SendingAlarm.closed_at.is_(None),
            set_={
                "times": SendingAlarm.times + 1,
                "last_at": new.excluded.last_at,
                "said": new.excluded.said,
            },
        )
    )


def _rings() -> ColumnElement[bool]:
    return and_(
        SendingAlarm.closed_at.is_(None),
        or_(SendingAlarm.kind == LANE, SendingAlarm.times >= LEAST_TIMES),
    )


def _closed_lanes() -> list[tuple[int, Lane]]:
    """Each with a workspace whose mail waits for it: the owner of its server or, for the
    installation's own, whoever is sending without a server.
    """
    sends = exists().where(
        Campaign.workspace_id == Workspace.id,
        Campaign.status == CampaignStatus.SENDING,
    )
    own = aliased(MailServer)
    has_server = exists().where(own.workspace_id == Workspace.id, own.is_active)
    owner = or_(
        MailServer.workspace_id == Workspace.id,
        and_(Lane.mail_server_id.is_(None), sends, ~has_server),
    )
    rows = db.session.execute(
        select(Workspace.id, Lane)
        .select_from(Lane)
        .outerjoin(MailServer, MailServer.id == Lane.mail_server_id)
        .join(Workspace, owner)
        .where(Lane.closed_until > clock.now() + LONG_CLOSED)
    )
    return [(workspace_id, lane) for workspace_id, lane in rows]


def _end_what_is_over() -> None:
    now = clock.now()
    silent = [
        and_(SendingAlarm.kind == kind, SendingAlarm.last_at < now - span)
        for kind, span in OVER.items()
    ]
    db.session.execute(
        update(SendingAlarm)
        .where(SendingAlarm.closed_at.is_(None), or_(*silent))
        .values(closed_at=now)
    )


def _to_be_told() -> Sequence[int]:
    """The workspaces with news, that were not written to within a day."""
    lately = aliased(SendingAlarm)
    told = select(lately.workspace_id).where(
        lately.mailed_at > clock.now() - ONCE_A_DAY
    )
    return db.session.scalars(
        select(SendingAlarm.workspace_id)
        .where(
            _rings(),
            SendingAlarm.mailed_at.is_(None),
            SendingAlarm.workspace_id.not_in(told),
        )
        .group_by(SendingAlarm.workspace_id)
        .order_by(func.min(SendingAlarm.first_at))
    ).all()


def _tell(workspace: Workspace) -> None:
    alarms = open_alarms(workspace)
    mails.tell_of_alarms(workspace, alarms)
    for alarm in alarms:
        alarm.mailed_at = clock.now()
