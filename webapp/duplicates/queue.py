"""The pairs that wait for a person, the surest first; deciding about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_

from webapp.accounts import auditing
from webapp.accounts.models import User, Workspace
from webapp.consent import gate
from webapp.contacts import queries
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.duplicates.models import Decision, DupPair

OPEN = (Decision.AUTO, Decision.PENDING)
# What was put off comes back by itself.
PUT_OFF = timedelta(days=1)
SHOWN = 20
# From which probability on pairs are shown; the first is all there is.
THRESHOLDS = (0.0, 0.9, 0.95, 0.99)


class PairIsGone(DomainError):
    """One of the two was merged, changed or erased, or somebody else decided."""

    message = _l(
        "This pair is no longer in the queue: somebody decided about it, or one of the"
        " two contacts is no more."
    )


@dataclass(frozen=True)
class Asked:
    """Which part of the queue a colleague looks at."""

    at_least: float = 0.0
    words: str = ""
    # Those that were put off as well.
    with_later: bool = False


@dataclass(frozen=True)
class Window:
    """Some pairs of the queue from a place on, with the people they are about."""

    pairs: Sequence[DupPair]
    people: dict[int, Contact]
    # Whether there are others before and after.
    has_more: bool


@dataclass(frozen=True)
class Figures:
    """How many pairs wait: in the part that is looked at, safe ones, put off ones."""

    shown: int
    safe: int
    later: int


def window(workspace: Workspace, asked: Asked, first: DupPair | None) -> Window:
    """The pairs from this one on; from the surest on where none is given."""
    found = _asked(workspace, asked).order_by(DupPair.score.desc(), DupPair.id)
    if first is not None:
        found = found.where(_from(first))
    pairs = db.session.scalars(found.limit(SHOWN + 1)).all()
    numbers = {number for pair in pairs for number in (pair.a_id, pair.b_id)}
    people = db.session.scalars(select(Contact).where(Contact.id.in_(numbers)))
    return Window(pairs[:SHOWN], {one.id: one for one in people}, len(pairs) > SHOWN)


def before(workspace: Workspace, asked: Asked, pair: DupPair) -> DupPair | None:
    """The pair just before this one."""
    place = (DupPair.score > pair.score) | and_(
        DupPair.score == pair.score, DupPair.id < pair.id
    )
    found = _asked(workspace, asked).where(place)
    return db.session.scalar(found.order_by(DupPair.score, DupPair.id.desc()).limit(1))


def figures(workspace: Workspace, asked: Asked) -> Figures:
    """How many there are of each kind."""
    put_off = DupPair.decided_at > clock.now() - PUT_OFF
    counted = db.session.execute(
        select(
            func.count().filter(DupPair.decision == Decision.AUTO),
            func.count().filter(put_off),
        ).where(DupPair.workspace_id == workspace.id, _is_open())
    ).one()
    shown = select(func.count()).select_from(_asked(workspace, asked).subquery())
    return Figures(db.session.scalar(shown) or 0, *counted)


def get(workspace: Workspace, pair_id: int) -> DupPair:
    """The open pair with this number.

    :raises PairIsGone: when it is not, or no longer, in the queue.
    """
    found = find(workspace, pair_id)
    if found is None:
        raise PairIsGone
    return found


def find(workspace: Workspace, pair_id: int) -> DupPair | None:
    """The open pair with this number, if it is in the queue."""
    return db.session.scalar(_in_queue(workspace).where(DupPair.id == pair_id))


def partners(workspace: Workspace, contact: Contact) -> list[Contact]:
    """Who may be the same person as this contact, as far as the queue knows; the likeliest first."""
    mine = or_(DupPair.a_id == contact.id, DupPair.b_id == contact.id)
    found = _in_queue(workspace).where(mine).order_by(DupPair.score.desc(), DupPair.id)
    pairs = db.session.scalars(found.limit(SHOWN)).all()
    numbers = [one.b_id if one.a_id == contact.id else one.a_id for one in pairs]
    return [queries.get(workspace, number) for number in numbers]


def others(workspace: Workspace, contact: Contact, words: str) -> list[Contact]:
    """Some of the other contacts with these words in their name or address."""
    found = queries.matching(workspace, words).where(
        Contact.id != contact.id, gate.usable()
    )
    return list(db.session.scalars(found.order_by(Contact.id).limit(SHOWN)))


def reject(workspace: Workspace, pair: DupPair, by: User) -> None:
    """They are two people; they are not proposed again until something compared changes."""
    pair.decision, pair.user_id, pair.decided_at = Decision.REJECTED, by.id, clock.now()
    auditing.record(workspace, "duplicates.rejected", pair, others=_numbers(pair))


def reopen(workspace: Workspace, pair_id: int) -> DupPair:
    """Take a rejection back.

    :raises NotFound: when it is no rejected pair of this workspace.
    """
    pair = db.session.scalar(
        select(DupPair).where(
            DupPair.workspace_id == workspace.id,
            DupPair.id == pair_id,
            DupPair.decision == Decision.REJECTED,
        )
    )
    if pair is None:
        raise NotFound
    pair.decision, pair.user_id, pair.decided_at = Decision.PENDING, None, None
    auditing.record(workspace, "duplicates.reopened", pair, others=_numbers(pair))
    return pair


def put_off(pair: DupPair, by: User) -> None:
    """Not now: for a day it is shown to whoever asks for it alone."""
    pair.decision, pair.user_id, pair.decided_at = Decision.PENDING, by.id, clock.now()


def _asked(workspace: Workspace, asked: Asked) -> Select[DupPair]:
    found = _in_queue(workspace).where(DupPair.score >= asked.at_least)
    if not asked.with_later:
        at = DupPair.decided_at
        found = found.where(or_(at.is_(None), at <= clock.now() - PUT_OFF))
    if asked.words.strip():
        named = queries.matching(workspace, asked.words).with_only_columns(Contact.id)
        found = found.where(or_(DupPair.a_id.in_(named), DupPair.b_id.in_(named)))
    return found


def _in_queue(workspace: Workspace) -> Select[DupPair]:
    """Nobody is shown whose data is used for nothing (GDPR article 18)."""
    unusable = select(Contact.id).where(
        Contact.workspace_id == workspace.id, ~gate.usable()
    )
    return select(DupPair).where(
        DupPair.workspace_id == workspace.id,
        _is_open(),
        DupPair.a_id.not_in(unusable),
        DupPair.b_id.not_in(unusable),
    )


def _is_open() -> ColumnElement[bool]:
    return DupPair.decision.in_(OPEN)


def _from(pair: DupPair) -> ColumnElement[bool]:
    return tuple_(-DupPair.score, DupPair.id) >= (-pair.score, pair.id)


def _numbers(pair: DupPair) -> list[int]:
    return [pair.a_id, pair.b_id]
