"""The last look before a message leaves: consent, suppression, restriction, wishes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Row,
    Select,
    and_,
    any_,
    bindparam,
    case,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from webapp.accounts.models import Workspace
from webapp.campaigns import asking, audiences, blueprints
from webapp.campaigns.models import Campaign
from webapp.consent import gate, pacing
from webapp.consent.gate import Reason
from webapp.consent.models import Purpose
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.messages.models import Message
from webapp.messages.variables import VARIABLES

ERASED = "erased"
# What a letter can say of its reader, and where it goes: the rest of the row stays where it is.
TOLD = tuple(name for name in VARIABLES["contact"] or () if name != "full_name")
_REASON, _WANTS_FEWER, _BEFORE_TOLD = 7, 8, 9


class Marked(NamedTuple):
    """A message that may leave now, and what its person agreed to have measured."""

    id: int
    contact_id: int
    email: str
    attempts: int
    # The date of an attempt before, if there was one: a retry carries the same bytes.
    dated_at: datetime | None
    opens: bool
    clicks: bool
    last_open: bool
    # What a letter can say of its reader.
    told: dict[str, Any]


@dataclass(frozen=True)
class Look:
    """Those of the marked who may be written to, and why the others may not."""

    going: list[Marked]
    stopped: dict[int, str]


class Check:
    """The question asked for each handful of messages of one campaign, in one statement."""

    def __init__(self, campaign: Campaign) -> None:
        """Compose the statement once; what it asks is answered anew each time."""
        # A person's own fields are many and rarely told: unread where no letter names them.
        names = campaign.subject + campaign.preheader + campaign.mjml
        self._told = _TOLD_NAMES if _OWN_FIELDS in names else _TOLD_NAMES[:-1]
        self._statement = _statement(campaign, self._told)

    def look(self, ids: Sequence[int], at: datetime) -> Look:
        """Ask the gate about the people of these messages, in a transaction of its own.

        `at`: when these messages leave, if they may.
        """
        with transaction():
            rows = self._ask(ids)
            paced = [row.contact_id for row in rows if row[_WANTS_FEWER]]
            if paced:
                rows = self._ask_in_line(ids, paced, at)
        told = self._told
        going = [_marked(row, told) for row in rows if row[_REASON] is None]
        stopped = {row.id: row.reason for row in rows if row[_REASON] is not None}
        return Look(going, stopped)

    def _ask(self, ids: Sequence[int]) -> Sequence[Row[Any]]:
        return db.session.execute(self._statement, {"ids": list(ids)}).all()

    def _ask_in_line(
        self, ids: Sequence[int], paced: Sequence[int], at: datetime
    ) -> Sequence[Row[Any]]:
        """Two campaigns ask one after the other about those who want fewer of them."""
        people = sorted(paced)
        locked = select(Contact.id).where(Contact.id.in_(people)).order_by(Contact.id)
        db.session.execute(locked.with_for_update(key_share=True)).all()
        rows = self._ask(ids)
        going = [row for row in rows if row.wants_fewer and not row.reason]
        _choose_for_now(going, at)
        return rows


def _choose_for_now(rows: Sequence[Row[Any]], at: datetime) -> None:
    """This campaign is the one these people get: also when the server takes it later."""
    db.session.execute(
        update(Contact)
        .where(Contact.id.in_([row.contact_id for row in rows]))
        .values(last_campaign_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Message)
        .where(Message.id.in_([row.id for row in rows]), Message.dated_at.is_(None))
        .values(dated_at=at)
        .execution_options(synchronize_session=False)
    )


def _marked(row: Any, told: Sequence[str]) -> Marked:
    return Marked(
        id=row[0],
        contact_id=row[1],
        email=row[_BEFORE_TOLD],
        attempts=row[2],
        dated_at=row[3],
        opens=row[4],
        clicks=row[5],
        last_open=row[6],
        told=dict(zip(told, row[_BEFORE_TOLD:], strict=True)),
    )


_MARKED = any_(bindparam("ids", type_=ARRAY(BigInteger)))
_OWN_FIELDS = "attributes"
_TOLD_NAMES = (
    "email",
    *(name for name in TOLD if name not in {"email", _OWN_FIELDS}),
    _OWN_FIELDS,
)


def _statement(campaign: Campaign, told: Sequence[str]) -> Select[Any]:
    """The gate's verdict on the person of each message; an erased person has none."""
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    purpose = db.session.get_one(Purpose, blueprints.list_of(campaign).purpose_id)
    verdict = asking.narrowed(
        campaign, gate.verdicts(workspace, purpose, audiences.measures_of(campaign))
    ).subquery("verdict")
    erased = verdict.c.contact_id.is_(None)
    # It left once, or was about to: it is itself the campaign they get.
    again = and_(verdict.c.reason == Reason.OFTEN_ENOUGH, Message.dated_at.is_not(None))
    reason = case((erased, ERASED), (again, None), else_=verdict.c.reason)
    return (
        select(
            Message.id,
            Message.contact_id,
            Message.attempts,
            Message.dated_at,
            func.coalesce(verdict.c.opens, False),
            func.coalesce(verdict.c.clicks, False),
            func.coalesce(verdict.c.last_open, False),
            reason.label("reason"),
            func.coalesce(pacing.wants_fewer(), False).label("wants_fewer"),
            *(getattr(Contact, name) for name in told),
        )
        .select_from(Message)
        .outerjoin(verdict, verdict.c.contact_id == Message.contact_id)
        .outerjoin(Contact, Contact.id == Message.contact_id)
        .where(Message.id == _MARKED)
        .order_by(Message.id)
    )
