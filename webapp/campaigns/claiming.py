"""Which messages of a campaign are due, which of them a deliverer marks, and what is left."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    and_,
    any_,
    exists,
    func,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import array

from webapp.campaigns.models import Deliverer
from webapp.core import clock
from webapp.core.db import db, make_durable
from webapp.lanes import offers, providers
from webapp.messages import leases, moves
from webapp.messages.models import Message, Status

# As many due messages are worth a deliverer of their own.
WORTH_A_DELIVERER = 1000
# Written out, not bound: only so a prepared statement finds the partial index.
_IS_WAITING = Message.status.in_(
    [literal_column(f"'{status}'") for status in sorted(moves.WAITING)]
)
_CAMPAIGN_LOCK, _LANE_LOCK = 0x766F6C70, 0x766F6C71
# A worker that freezes with these in its hands is thrown out by PostgreSQL.
_LOCK_LANE = text(
    "SELECT set_config('idle_in_transaction_session_timeout', '60s', true),"
    " pg_advisory_xact_lock_shared(:campaigns, :campaign),"
    " pg_advisory_xact_lock(:lanes, hashtext(:lane))"
)
# Composed once: a deliverer asks for it many times a second.
_MARK = text(
    """
    UPDATE deliverer SET
        in_flight = ARRAY (
            SELECT id FROM message
            WHERE campaign_id = :campaign AND provider = :provider
                AND status IN ('pending', 'deferred') AND not_before <= :now
                AND id NOT IN (
                    SELECT unnest(other.in_flight) FROM deliverer AS other
                    WHERE other.campaign_id = :campaign)
                AND EXISTS (
                    SELECT FROM campaign WHERE id = :campaign AND status = 'sending')
            ORDER BY not_before, id LIMIT :many),
        marked_at = :now, waits = :waits, until = :until, room = :room
    WHERE lease = :lease
    RETURNING in_flight
    """
)

# One look into the index for each name; a join would read all that is due.
_DUE_PROVIDERS = text(
    """
    SELECT name FROM unnest(CAST(:names AS text[])) AS name, LATERAL (
        SELECT FROM message
        WHERE campaign_id = :campaign AND provider = name
            AND status IN ('pending', 'deferred') AND not_before <= :now
            AND id NOT IN (
                SELECT unnest(other.in_flight) FROM deliverer AS other
                WHERE other.campaign_id = :campaign)
        ORDER BY not_before, id LIMIT 1) AS waiting
    """
)


class LeaseIsLost(Exception):
    """This deliverer was silent for so long that its messages were taken from it."""


def mark(
    lease: str,
    campaign_id: int,
    provider: str,
    many: int,
    *,
    waits: bool = False,
    room: int = 0,
) -> list[int]:
    """Put up to so many due messages in flight, in the order of their turn.

    `room`: how many more than these may leave by the lane in this turn.

    Nothing is marked when the campaign is no longer being sent. Commit before the first
    byte of these messages is written: a crash afterwards leaves them in doubt.

    :raises LeaseIsLost: when this deliverer is no longer one.
    """
    # A mark that is lost after its message left would send the message twice.
    make_durable()
    _wait_for_the_lane(campaign_id, provider)
    now = clock.now()
    asked = {"lease": lease, "campaign": campaign_id, "provider": provider}
    asked |= {"many": many, "waits": waits, "room": room}
    asked |= {"now": now, "until": now + leases.duration()}
    marked = db.session.execute(_MARK, asked).first()
    if marked is None:
        raise LeaseIsLost
    return list(marked.in_flight)


def _wait_for_the_lane(campaign_id: int, provider: str) -> None:
    """One after the other: who comes next must see what is in flight by then."""
    number = campaign_id % 2**31
    db.session.execute(
        _LOCK_LANE,
        {
            "campaigns": _CAMPAIGN_LOCK,
            "campaign": number,
            "lanes": _LANE_LOCK,
            "lane": f"{provider} {number}",
        },
    )


def expire() -> None:
    """Take over from deliverers that died: what may have left is uncertain for good."""
    lapsed = select(Deliverer).where(Deliverer.until < clock.now())
    for one in db.session.scalars(lapsed.with_for_update(skip_locked=True)).all():
        db.session.execute(
            update(Message)
            .where(
                Message.id == any_(array(one.in_flight, type_=Message.id.type)),
                Message.status.in_(moves.WAITING),
            )
            .values(
                status=Status.UNCERTAIN,
                attempts=Message.attempts + 1,
                dated_at=func.coalesce(Message.dated_at, one.marked_at),
                mail_server_id=one.mail_server_id,
                finished_at=clock.now(),
            )
            .execution_options(synchronize_session=False)
        )
        offers.give_back(one.lane_id, one.room)
        db.session.delete(one)
    db.session.flush()


def due_providers(campaign_id: int) -> list[str]:
    """The mailbox providers that messages wait for, in nobody's hands."""
    asked = {
        "campaign": campaign_id,
        "now": clock.now(),
        "names": sorted(providers.NAMES),
    }
    return list(db.session.scalars(_DUE_PROVIDERS, asked))


def due(campaign_id: int, most: int) -> int:
    """How many messages are due and in nobody's hands, counted up to a limit."""
    some = (
        select(Message.id)
        .where(_due(campaign_id, clock.now()), _is_free(campaign_id))
        .limit(most)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def is_done(campaign_id: int) -> bool:
    """Whether no message is left in a state it can leave: counted, never assumed."""
    unfinished = exists().where(
        Message.campaign_id == campaign_id,
        Message.status.in_(set(Status) - moves.FINAL),
    )
    return not db.session.scalar(select(unfinished))


def skip_waiting(campaign_id: int, reason: str) -> None:
    """Write off what nobody has begun to send."""
    keep_from_marking(campaign_id)
    db.session.execute(
        update(Message)
        .where(
            Message.campaign_id == campaign_id,
            Message.status.in_(moves.WAITING),
            _is_free(campaign_id),
        )
        .values(status=Status.SKIPPED, reason=reason, finished_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def keep_from_marking(campaign_id: int) -> None:
    """Until the end of this transaction, no message of the campaign is put in flight."""
    db.session.execute(
        text("SELECT pg_advisory_xact_lock(:kind, :campaign)"),
        {"kind": _CAMPAIGN_LOCK, "campaign": campaign_id % 2**31},
    )


def in_flight(campaigns: Collection[int] | None = None) -> int:
    """How many messages may be leaving at this moment."""
    asked = select(func.coalesce(func.sum(func.cardinality(Deliverer.in_flight)), 0))
    if campaigns is not None:
        asked = asked.where(Deliverer.campaign_id.in_(campaigns))
    return db.session.scalar(asked) or 0


def is_in_flight(message: Message) -> bool:
    """Whether this message may be leaving at this moment, or its answer is not written down."""
    deliverer = exists().where(
        Deliverer.campaign_id == message.campaign_id,
        literal(message.id) == any_(Deliverer.in_flight),
    )
    return message.status in moves.WAITING and bool(
        db.session.scalar(select(deliverer))
    )


def _due(campaign_id: int, now: datetime) -> ColumnElement[bool]:
    return and_(
        Message.campaign_id == campaign_id,
        _IS_WAITING,
        Message.not_before <= now,
    )


def _is_free(campaign_id: int) -> ColumnElement[bool]:
    in_hands = select(func.unnest(Deliverer.in_flight)).where(
        Deliverer.campaign_id == campaign_id
    )
    # Looked up in a table of them: an array is read from its beginning for each message.
    return Message.id.not_in(in_hands)
