"""The figures of the deliverability page: sums over the days that are counted already."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Row, Select, func, literal, select, type_coerce
from sqlalchemy.dialects.postgresql import aggregate_order_by

from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.reputation.models import MailDay

COUNTED = (
    *("delivered", "deferred", "hard", "soft", "policy"),
    *("complaints", "unsubscribed"),
)
# Longer than a month, days are put together in weeks.
DAY, WEEK, MONTH = 1, 7, 31


@dataclass(frozen=True)
class Mail:
    """What became of the messages of one domain, one provider, one day or all together."""

    name: str
    delivered: int = 0
    deferred: int = 0
    hard: int = 0
    soft: int = 0
    policy: int = 0
    complaints: int = 0
    unsubscribed: int = 0
    said: str = ""

    @property
    def handed(self) -> int:
        """Handed over to a server, whatever it answered."""
        return self.delivered + self.hard + self.soft + self.policy


def by_provider(workspace: Workspace, days: int) -> list[Mail]:
    """One line for each mailbox provider, the most written to first."""
    return _by(workspace, days, "provider")


def by_domain(workspace: Workspace, days: int) -> list[Mail]:
    """One line for each domain that was sent from, the most used first."""
    return _by(workspace, days, "sender_domain")


def altogether(workspace: Workspace, days: int) -> Mail:
    """All of it in one line."""
    row = db.session.execute(_sums(workspace, _first(workspace, days))).one()
    return _mail("", row)


def by_day(workspace: Workspace, days: int) -> list[tuple[date, Mail]]:
    """One line for each day, or for each week of a long time, the quiet ones too."""
    step = DAY if days <= MONTH else WEEK
    first = _first(workspace, days)
    place = type_coerce(MailDay.day - literal(first), Integer) // step
    sums = _sums(workspace, first).add_columns(place.label("place")).group_by(place)
    rows = {row.place: _mail("", row) for row in db.session.execute(sums)}
    return [
        (first + timedelta(days=place * step), rows.get(place, Mail("")))
        for place in range(-(-days // step))
    ]


def has_any(workspace: Workspace) -> bool:
    """Whether anything was ever counted."""
    one = select(MailDay.day).where(MailDay.workspace_id == workspace.id).limit(1)
    return db.session.scalar(one) is not None


def _by(workspace: Workspace, days: int, column: str) -> list[Mail]:
    name = MailDay.__table__.c[column]
    newest_first = aggregate_order_by(MailDay.said, MailDay.day.desc())
    said = func.array_agg(newest_first).filter(MailDay.said != "")
    rows = db.session.execute(
        _sums(workspace, _first(workspace, days))
        .add_columns(name.label("name"), said.label("replies"))
        .group_by(name)
    )
    found = [_mail(row.name, row, (row.replies or [""])[0]) for row in rows]
    return sorted(found, key=lambda mail: (-mail.handed, mail.name))


def _sums(workspace: Workspace, first: date) -> Select[*tuple[Any, ...]]:
    return select(
        *(
            func.coalesce(func.sum(MailDay.__table__.c[name]), 0).label(name)
            for name in COUNTED
        )
    ).where(MailDay.workspace_id == workspace.id, MailDay.day >= first)


def _mail(name: str, row: Row[*tuple[Any, ...]], said: str = "") -> Mail:
    sums = {column: int(getattr(row, column)) for column in COUNTED}
    return Mail(name=name, said=said, **sums)


def _first(workspace: Workspace, days: int) -> date:
    today = clock.now().astimezone(ZoneInfo(workspace.timezone)).date()
    return today - timedelta(days=days - 1)
