"""Who is worth comparing with whom: contacts that share a mark, found by the database."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Select,
    Table,
    bindparam,
    func,
    literal,
    select,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.duplicates.keys import KINDS, LARGE_BASE, LARGEST_BLOCK, Kind
from webapp.duplicates.models import MatchDue, MatchProfile

PROFILE: Table = MatchProfile.metadata.tables[MatchProfile.__tablename__]

NUMBERS = ARRAY(BigInteger)
# The marks of each kind that too many share.
Crowded = dict[str, list[int]]


def kinds_for(contacts: int) -> list[Kind]:
    """The marks that serve in a base of this size."""
    is_large = contacts > LARGE_BASE
    return [
        kind for kind in KINDS if not (kind.only_small if is_large else kind.only_large)
    ]


def crowded(workspace: Workspace, kinds: Collection[Kind]) -> Crowded:
    """The marks shared by so many that they say nothing: they are left out, and told."""
    found: Crowded = {kind.name: [] for kind in kinds}
    questions = union_all(*(_crowded(workspace, kind) for kind in kinds))
    for name, value in db.session.execute(questions):
        found[name].append(value)
    return found


def pairs(
    workspace: Workspace, ids: Collection[int], leaving_out: Crowded, *, once: bool
) -> list[tuple[int, int]]:
    """Whom these contacts are worth comparing with: pairs of numbers, the lower first.

    With `once`, not those whose turn is still to come: they will find these.
    """
    some = PROFILE.alias("some")
    chosen = (
        select(some)
        .where(some.c.contact_id == func.any(bindparam("ids", list(ids), NUMBERS)))
        .cte("chosen")
        .prefix_with("MATERIALIZED")
    )
    shared = union(
        *(
            _sharing(workspace, chosen, name, values)
            for name, values in leaving_out.items()
        )
    ).subquery()
    if not once:
        return _sorted(select(shared.c.one, shared.c.other))
    waits = select(MatchDue.contact_id).where(
        MatchDue.workspace_id == workspace.id,
        MatchDue.contact_id == shared.c.other,
    )
    comes = (shared.c.other < shared.c.one) | ~waits.exists()
    return _sorted(select(shared.c.one, shared.c.other).where(comes))


def _sorted(question: Select[Any]) -> list[tuple[int, int]]:
    found = {
        (min(one, other), max(one, other))
        for one, other in db.session.execute(question)
    }
    return sorted(found)


def _sharing(
    workspace: Workspace, chosen: Any, name: str, too_many: list[int]
) -> Select[Any]:
    other = PROFILE.alias(f"by_{name}")
    key = chosen.c[f"key_{name}"]
    shares: ColumnElement[bool] = (
        (other.c[f"key_{name}"] == key)
        & (other.c.workspace_id == workspace.id)
        & (other.c.contact_id != chosen.c.contact_id)
    )
    question: Select[Any] = select(
        chosen.c.contact_id.label("one"), other.c.contact_id.label("other")
    ).join_from(chosen, other, shares)
    if too_many:
        left_out = bindparam(f"not_{name}", too_many, NUMBERS)
        question = question.where(key != func.all(left_out))
    return question


def _crowded(workspace: Workspace, kind: Kind) -> Select[str, int]:
    key: Column[int] = PROFILE.c[f"key_{kind.name}"]
    question: Select[str, int] = select(literal(kind.name), key)
    mine = PROFILE.c.workspace_id == workspace.id
    return (
        question.where(mine, key.is_not(None))
        .group_by(key)
        .having(func.count() > LARGEST_BLOCK)
    )
