"""How many messages a mail server may hand over now, by mailbox provider."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from webapp.core import clock
from webapp.core.db import db
from webapp.lanes.models import Lane

# Of a way that reaches nobody, like the built-in mailbox: it is never full.
NO_LANE = 0
PLENTY = 1_000_000


@dataclass(frozen=True, slots=True)
class Grant:
    """What may leave now by one lane; `seconds_until` more may, when `most` is 0."""

    lane_id: int
    provider: str
    most: int
    connections: int
    messages_per_connection: int
    seconds_until: float


def grants(server_id: int | None, providers: Collection[str]) -> list[Grant]:
    """What a mail server may hand over now, provider by provider; lanes are made as needed."""
    today = clock.now().date()
    db.session.execute(
        insert(Lane)
        .values(
            [
                {
                    "mail_server_id": server_id,
                    "provider": provider,
                    "connections": 10,
                    "messages_per_connection": 100,
                    "day": today,
                }
                for provider in sorted(providers)
            ]
        )
        .on_conflict_do_nothing()
    )
    lanes = db.session.scalars(
        select(Lane)
        .where(
            Lane.mail_server_id.is_not_distinct_from(server_id),
            Lane.provider.in_(providers),
        )
        .order_by(Lane.id)
    )
    return [
        Grant(
            lane_id=lane.id,
            provider=lane.provider,
            most=PLENTY,
            connections=lane.connections,
            messages_per_connection=lane.messages_per_connection,
            seconds_until=0.0,
        )
        for lane in lanes
    ]


def unlimited(providers: Collection[str]) -> list[Grant]:
    """The grants of a way that reaches nobody: nothing limits it, nothing is counted."""
    return [Grant(NO_LANE, provider, PLENTY, 10, 1000, 0.0) for provider in providers]


def take(lane_id: int, messages: int) -> int:
    """Take up to so many messages from a lane; how many may really leave, perhaps none."""
    return messages


def give_back(lane_id: int, messages: int) -> None:
    """Return what was taken and not handed over."""
