"""Keeping the marks of contacts in step with what is known of them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Row,
    Select,
    Table,
    any_,
    bindparam,
    cast,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.duplicates.identities import COMPARED, Identity, identity
from webapp.duplicates.keys import keys
from webapp.duplicates.models import MatchDue, MatchProfile

AT_ONCE = 5_000
PROFILE: Table = MatchProfile.metadata.tables[MatchProfile.__tablename__]

_NAMES = [column.name for column in PROFILE.columns]
# A fixed text: composing it each time would cost more than asking it.
_RENEWING = text(f"""
WITH written AS (
    INSERT INTO match_profile ({", ".join(_NAMES)})
    VALUES ({", ".join(f":{name}" for name in _NAMES)})
    ON CONFLICT (contact_id) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in _NAMES[1:])}
    WHERE match_profile.fingerprint <> excluded.fingerprint
    RETURNING workspace_id, contact_id
), waiting AS (
    INSERT INTO match_due (workspace_id, contact_id)
    SELECT workspace_id, contact_id FROM written ON CONFLICT DO NOTHING
)
SELECT EXISTS (SELECT FROM match_profile WHERE contact_id = :contact_id)
""")  # noqa: S608 - the names of our own columns
# Restricted data is kept and used for nothing (GDPR article 18).
_MAY_BE_USED = Contact.restricted_at.is_(None)
_COLUMNS = [getattr(Contact, name) for name in COMPARED]


class Known(NamedTuple):
    """A contact as compared, and when it was last changed."""

    contact_id: int
    updated_at: datetime
    identity: Identity

    @property
    def fingerprint(self) -> int:
        """A mark of everything that is compared: another one means something changed."""
        text = "\x1f".join(self.identity).encode()
        return int.from_bytes(
            hashlib.blake2b(text, digest_size=8).digest(), signed=True
        )


def known(contact: Contact, reference_key: str) -> Known:
    """One contact as compared."""
    fields = {name: getattr(contact, name) for name in COMPARED}
    number = str(contact.attributes.get(reference_key) or "")
    return Known(contact.id, contact.updated_at, identity(fields, number))


def read(ids: Sequence[int], reference_key: str) -> dict[int, Known]:
    """These contacts as compared, by their numbers; not those whose data is restricted."""
    rows = db.session.execute(_reading(reference_key), {"ids": list(ids)})
    return {row[0]: _known(row) for row in rows}


@lru_cache(maxsize=100)
def _reading(reference_key: str) -> Select[Any]:
    mine = Contact.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))
    return _asking(reference_key).where(mine, _MAY_BE_USED)


def stale(workspace: Workspace, reference_key: str, *, after: int) -> list[Known]:
    """Some contacts that changed since their marks were made, beyond this number."""
    question = (
        _asking(reference_key)
        .outerjoin(MatchProfile, MatchProfile.contact_id == Contact.id)
        .where(*_are_stale(workspace), Contact.id > after)
        .order_by(Contact.id)
        .limit(AT_ONCE)
    )
    return [_known(row) for row in db.session.execute(question)]


def count_stale(workspace: Workspace) -> int:
    """How many contacts changed since their marks were made."""
    question = (
        select(func.count())
        .select_from(Contact)
        .outerjoin(MatchProfile, MatchProfile.contact_id == Contact.id)
        .where(*_are_stale(workspace))
    )
    return db.session.scalar(question) or 0


def _are_stale(workspace: Workspace) -> tuple[ColumnElement[bool], ...]:
    return (
        Contact.workspace_id == workspace.id,
        _MAY_BE_USED,
        MatchProfile.seen_at.is_distinct_from(Contact.updated_at),
    )


def renew_one(workspace: Workspace, one: Known) -> bool:
    """The same for one contact, in one statement; says whether it had marks before."""
    return bool(db.session.scalar(_RENEWING, _row(workspace, one)))


def renew(workspace: Workspace, people: Sequence[Known]) -> list[int]:
    """Make the marks of these contacts anew; gives those who have to be compared again."""
    changed = _changed(people)
    numbers = [one.contact_id for one in changed]
    if changed:
        _write(workspace, changed)
        _note_due(workspace, numbers)
    renewed = set(numbers)
    _note_seen([one for one in people if one.contact_id not in renewed])
    return numbers


def _asking(reference_key: str) -> Select[Any]:
    number = Contact.attributes[reference_key].as_string()
    return select(Contact.id, Contact.updated_at, number, *_COLUMNS)


def _known(row: Row[Any]) -> Known:
    contact_id, updated_at, number, *rest = list[Any](row)
    fields = dict(zip(COMPARED, rest, strict=True))
    return Known(contact_id, updated_at, identity(fields, number or ""))


def _changed(people: Sequence[Known]) -> list[Known]:
    numbers = [one.contact_id for one in people]
    question = select(MatchProfile.contact_id, MatchProfile.fingerprint)
    mine = question.where(MatchProfile.contact_id.in_(numbers))
    before = {number: mark for number, mark in db.session.execute(mine)}  # noqa: C416
    return [one for one in people if before.get(one.contact_id) != one.fingerprint]


def _write(workspace: Workspace, people: Sequence[Known]) -> None:
    """Write the marks in one statement; whoever writes the same at this moment does no harm."""
    rows = [_row(workspace, one) for one in people]
    columns = [PROFILE.c[name] for name in rows[0]]
    values = (
        func.unnest(
            *(
                cast([row[column.name] for row in rows], ARRAY(column.type))
                for column in columns
            )
        )
        .table_valued(*(column.name for column in columns))
        .render_derived()
    )
    writing = insert(PROFILE).from_select(columns, select(*values.c))
    new = {column.name: writing.excluded[column.name] for column in columns[1:]}
    db.session.execute(
        writing.on_conflict_do_update(index_elements=["contact_id"], set_=new)
    )


def _row(workspace: Workspace, one: Known) -> dict[str, Any]:
    marks = keys(one.identity, workspace.id)
    return {
        "contact_id": one.contact_id,
        "workspace_id": workspace.id,
        "seen_at": one.updated_at,
        "fingerprint": one.fingerprint,
        **{f"key_{name}": mark for name, mark in marks.items()},
    }


def _note_due(workspace: Workspace, numbers: Sequence[int]) -> None:
    waiting = select(
        literal(workspace.id), func.unnest(cast(numbers, ARRAY(BigInteger)))
    )
    db.session.execute(
        insert(MatchDue)
        .from_select(["workspace_id", "contact_id"], waiting)
        .on_conflict_do_nothing()
    )


def _note_seen(people: Sequence[Known]) -> None:
    """Nothing compared has changed: note how fresh the marks are."""
    if not people:
        return
    seen = (
        func.unnest(
            cast([one.contact_id for one in people], ARRAY(BigInteger)),
            cast([one.updated_at for one in people], ARRAY(DateTime(timezone=True))),
        )
        .table_valued("contact_id", "at")
        .render_derived()
    )
    db.session.execute(
        update(PROFILE)
        .where(PROFILE.c.contact_id == seen.c.contact_id)
        .values(seen_at=seen.c.at)
    )
