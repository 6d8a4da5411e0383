"""What a workspace sees of what comes back: by which ways, how much lately, and what is stuck."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.incoming import jobs, mailboxes, tallies
from webapp.incoming.models import (
    InboundEvent,
    MessageReport,
    ReturnMailbox,
    WebhookAddress,
)
from webapp.incoming.reports import Kind
from webapp.incoming.tallies import What

DAYS = 30
SHOWN = 50


@dataclass(frozen=True)
class Ways:
    """By which ways what comes back is heard."""

    receives: bool
    mailbox: ReturnMailbox | None
    services: int

    @property
    def is_deaf(self) -> bool:
        """Nothing that comes back is heard at all."""
        return not (self.receives or self.mailbox or self.services)


@dataclass(frozen=True)
class Lately:
    """What came back in the last thirty days, and what was ignored in the installation."""

    reported: dict[Kind, int]
    ignored: dict[What, int]


def ways(workspace: Workspace, *, receives: bool) -> Ways:
    """The ways of this workspace; the receiver is one for the whole installation."""
    services = select(func.count()).where(WebhookAddress.workspace_id == workspace.id)
    return Ways(receives, mailboxes.find(workspace), db.session.scalar(services) or 0)


def lately(workspace: Workspace) -> Lately:
    """The figures of the last thirty days."""
    rows = db.session.execute(
        select(MessageReport.kind, func.count())
        .where(
            MessageReport.workspace_id == workspace.id,
            MessageReport.at > clock.ago(days=DAYS),
        )
        .group_by(MessageReport.kind)
    )
    counted = {row[0]: row[1] for row in rows}
    return Lately(
        {kind: counted.get(kind, 0) for kind in Kind}, tallies.since(days=DAYS)
    )


def stuck(workspace: Workspace) -> Sequence[InboundEvent]:
    """What could not be read so far, newest first; what is nobody's is shown to everybody.

    Nothing of its content is: it is known by its door, its hour and its trouble.
    """
    return db.session.scalars(
        select(InboundEvent)
        .where(
            _seen_by(workspace),
            InboundEvent.processed_at.is_(None),
            InboundEvent.problem != "",
        )
        .order_by(InboundEvent.id.desc())
        .limit(SHOWN)
    ).all()


def retry(workspace: Workspace, event_id: int) -> None:
    """Read it again now, and some more times if that fails.

    :raises NotFound: when it is of another workspace, or was read meanwhile.
    """
    event = db.session.scalars(
        select(InboundEvent)
        .where(
            InboundEvent.id == event_id,
            _seen_by(workspace),
            InboundEvent.processed_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if event is None:
        raise NotFound
    event.attempts, event.not_before = 0, clock.now()
    auditing.record(workspace, "inbound_event.retried", event)
    jobs.process.enqueue(event_id=event.id)


def _seen_by(workspace: Workspace) -> ColumnElement[bool]:
    return or_(
        InboundEvent.workspace_id == workspace.id, InboundEvent.workspace_id.is_(None)
    )
