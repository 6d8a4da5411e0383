"""What only time tells of machines: all links at once, or the link that nobody sees."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    any_,
    distinct,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from webapp.core.db import db
from webapp.messages.machines import Signal
from webapp.messages.models import Hit, Link, Message

# All links of a message within so long, or so many of them within a little longer.
ALL_WITHIN = timedelta(seconds=3)
MANY = 5
MANY_WITHIN = timedelta(seconds=10)
# A scanner also loads the pictures, a moment before.
BEFORE = timedelta(seconds=3)
# Whatever else came about the time the trap was followed.
AROUND_TRAP = timedelta(minutes=5)


def mark(clicked: Select[Any], since: datetime) -> None:
    """Know as machines' the hits on these messages that belong to a burst or a trap.

    :param clicked: the messages with new clicks, a column `message_id`.
    :param since: when the first of the new hits came.
    """
    # By person: hits are found by an index of whom they are about.
    people = select(Message.contact_id).where(Message.id.in_(clicked))
    several = _several(people, since - MANY_WITHIN)
    if several:
        bursts = _bursts(several, since - MANY_WITHIN).subquery("burst")
        _mark(bursts, Signal.BURST, BEFORE, MANY_WITHIN)
    # Few workspaces set any.
    campaigns = select(Message.campaign_id).where(Message.id.in_(clicked))
    if db.session.scalar(
        select(exists().where(Link.is_trap, Link.campaign_id.in_(campaigns)))
    ):
        _mark(_traps(people, since - AROUND_TRAP), Signal.TRAP, *[AROUND_TRAP] * 2)


def _several(people: Select[Any], since: datetime) -> list[int]:
    """Those of the people who followed more than one link of a message."""
    followed = (
        select(Hit.contact_id)
        .where(Hit.contact_id.in_(people), Hit.at > since, Hit.link_id.is_not(None))
        .group_by(Hit.contact_id, Hit.message_id)
        .having(func.min(Hit.link_id) < func.max(Hit.link_id))
    )
    return [person for person in db.session.scalars(followed).unique() if person]


def _traps(people: Select[Any], since: datetime) -> Any:
    return (
        select(Hit.contact_id, Hit.message_id, Hit.at)
        .where(Hit.contact_id.in_(people), Hit.at > since, Hit.signal == Signal.TRAP)
        .subquery("trap")
    )


def _mark(found: Any, signal: Signal, before: timedelta, after: timedelta) -> None:
    db.session.execute(
        update(Hit)
        .where(
            Hit.contact_id == found.c.contact_id,
            Hit.message_id == found.c.message_id,
            Hit.at >= found.c.at - before,
            Hit.at < found.c.at + after,
            Hit.signal == "",
        )
        .values(by_machine=True, signal=signal.value)
        .execution_options(synchronize_session=False)
    )


def _bursts(people: Sequence[int], since: datetime) -> Any:
    """Where each burst begins, among these people's clicks."""
    first = aliased(Hit)
    all_links = (
        select(func.count())
        .select_from(Link)
        .where(Link.campaign_id == first.campaign_id, ~Link.is_trap)
        .scalar_subquery()
    )
    return select(first.contact_id, first.message_id, first.at).where(
        first.contact_id == any_(literal(people, ARRAY(BigInteger))),
        first.at > since,
        first.link_id.is_not(None),
        all_links > 1,
        or_(
            _followed(first, ALL_WITHIN) >= all_links,
            _followed(first, MANY_WITHIN) >= MANY,
        ),
    )


def _followed(first: Any, within: timedelta) -> Any:
    """How many links of the message were followed from this click on."""
    other = aliased(Hit)
    return (
        select(func.count(distinct(other.link_id)))
        .where(
            other.contact_id == first.contact_id,
            other.message_id == first.message_id,
            other.link_id.is_not(None),
            other.signal != Signal.TRAP,
            other.at >= first.at,
            other.at < first.at + within,
        )
        .scalar_subquery()
    )
