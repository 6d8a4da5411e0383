"""The last look before a message leaves: campaign, consent, suppression, restriction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Subquery,
    UpdateBase,
    and_,
    any_,
    bindparam,
    case,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from webapp.accounts.models import Workspace
from webapp.campaigns import asking, audiences, blueprints
from webapp.campaigns.models import Campaign
from webapp.campaigns.models import Status as CampaignStatus
from webapp.consent import gate, pacing
from webapp.consent.gate import Reason
from webapp.consent.models import Purpose
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db, make_durable
from webapp.messages import leases
from webapp.messages.models import Message, Status
from webapp.messages.moves import IN_HAND
from webapp.messages.variables import VARIABLES

ERASED = "erased"
# What a letter can say of its reader, and where it goes: the rest of the row stays where it is.
_TOLD = (
    Contact.id,
    *(
        getattr(Contact, name)
        for name in VARIABLES["contact"] or ()
        if name != "full_name"
    ),
)


@dataclass(frozen=True)
class Marked:
    """A message that may leave now, and what its person agreed to have measured."""

    id: int
    contact: Any
    attempts: int
    dated_at: datetime
    opens: bool
    clicks: bool
    last_open: bool = False


class Check:
    """The question asked for each handful of messages of one campaign, in one statement."""

    def __init__(self, campaign: Campaign) -> None:
        """Compose the statement once; what it asks is answered anew each time."""
        self._statement = _statement(campaign)

    def mark(self, ids: Sequence[int], lease: str) -> list[Marked]:
        """Mark as sending what may leave and as skipped what may not.

        Nothing is marked when the campaign is no longer being sent. Commit before the
        first byte of these messages is written.
        """
        # A mark that is lost after its message left would send the message twice.
        make_durable()
        now = clock.now()
        paced = _line_up(ids)
        rows = db.session.execute(
            self._statement,
            {
                "ids": list(ids),
                "lease": lease,
                "now": now,
                "until": now + leases.duration(),
            },
        ).all()
        going = {row.contact_id: row for row in rows if row.status == Status.SENDING}
        _count_for(paced & going.keys(), now)
        contacts = db.session.execute(
            select(*_TOLD).where(Contact.id == _PEOPLE), {"people": list(going)}
        )
        marked = [_marked(going[contact.id], contact) for contact in contacts]
        return sorted(marked, key=lambda one: one.id)


def _line_up(ids: Sequence[int]) -> set[int]:
    """Those who want fewer campaigns, held until the commit: two campaigns ask one after the other."""
    return set(db.session.scalars(_WANTING_FEWER, {"ids": list(ids)}))


def _count_for(contacts: set[int], now: datetime) -> None:
    """This campaign is the one they get for now."""
    if contacts:
        db.session.execute(
            update(Contact)
            .where(Contact.id.in_(contacts))
            .values(last_campaign_at=now)
            .execution_options(synchronize_session=False)
        )


def _marked(row: Any, contact: Any) -> Marked:
    return Marked(
        id=row.id,
        contact=contact,
        attempts=row.attempts,
        dated_at=row.dated_at,
        opens=row.tracks_opens,
        clicks=row.tracks_clicks,
        last_open=row.last_open,
    )


_CHUNK = any_(bindparam("ids", type_=ARRAY(BigInteger)))
_PEOPLE = any_(bindparam("people", type_=ARRAY(BigInteger)))
_WANTING_FEWER = (
    select(Contact.id)
    .join(Message, Message.contact_id == Contact.id)
    .where(Message.id == _CHUNK, pacing.wants_fewer())
    .order_by(Contact.id)
    .with_for_update(of=Contact, key_share=True)
)


def _statement(campaign: Campaign) -> UpdateBase:
    seen = _seen(campaign)
    # A row that is SENDING under this very lease was marked by a commit whose answer was lost.
    return (
        update(Message)
        .where(
            Message.id == _CHUNK,
            Message.id == seen.c.id,
            Message.leased_by == bindparam("lease"),
            Message.status.in_(IN_HAND),
            Campaign.id == Message.campaign_id,
            Campaign.status == CampaignStatus.SENDING,
        )
        .values(_marks(seen))
        .returning(
            Message.id,
            Message.contact_id,
            Message.status,
            Message.attempts,
            Message.dated_at,
            Message.tracks_opens,
            Message.tracks_clicks,
            seen.c.last_open,
        )
        .execution_options(synchronize_session=False)
    )


def _seen(campaign: Campaign) -> Subquery:
    """The gate's verdict on the person of each message; an erased person has none."""
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    purpose = db.session.get_one(Purpose, blueprints.list_of(campaign).purpose_id)
    verdict = asking.narrowed(
        campaign, gate.verdicts(workspace, purpose, audiences.measures_of(campaign))
    ).subquery("verdict")
    mine = aliased(Message)
    erased = verdict.c.contact_id.is_(None)
    # It left once, or was about to: it is itself the campaign they had.
    again = and_(verdict.c.reason == Reason.OFTEN_ENOUGH, mine.dated_at.is_not(None))
    return (
        select(
            mine.id,
            case((erased, ERASED), (again, None), else_=verdict.c.reason).label(
                "reason"
            ),
            func.coalesce(verdict.c.opens, False).label("opens"),
            func.coalesce(verdict.c.clicks, False).label("clicks"),
            func.coalesce(verdict.c.last_open, False).label("last_open"),
        )
        .outerjoin(verdict, verdict.c.contact_id == mine.contact_id)
        .where(mine.id == _CHUNK)
        .subquery("seen")
    )


def _marks(seen: Subquery) -> dict[str, Any]:
    """What is written on each row: on its way with a date, or skipped for a reason."""
    may_go = seen.c.reason.is_(None)
    moment = Message.dated_at.type
    now: BindParameter[Any] = bindparam("now", type_=moment)
    until: BindParameter[Any] = bindparam("until", type_=moment)
    dated = func.coalesce(Message.dated_at, now)
    return {
        "status": case((may_go, Status.SENDING.value), else_=Status.SKIPPED.value),
        "reason": func.coalesce(seen.c.reason, ""),
        "attempts": case((may_go, Message.attempts + 1), else_=Message.attempts),
        "tracks_opens": seen.c.opens,
        "tracks_clicks": seen.c.clicks,
        "dated_at": case((may_go, dated), else_=Message.dated_at),
        "leased_until": case((may_go, until)),
        "finished_at": case((may_go, None), else_=now),
    }
