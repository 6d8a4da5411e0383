"""Where a followed link leads, and forgetting who followed it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, update

from webapp.accounts.models import Workspace
from webapp.consent import gate, purposes
from webapp.consent.events import ConsentRecorded
from webapp.consent.models import PurposeKind, State
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Hit, Link

# Looked at every night.
STRAY_DAYS = 3
_IS_OF_KIND = {
    PurposeKind.OPENS: Hit.link_id.is_(None),
    PurposeKind.CLICKS: Hit.link_id.is_not(None),
}


@dataclass(frozen=True)
class Destination:
    """Where a link leads, and the campaign it stands in."""

    url: str
    campaign_id: int


def destination(link_id: int) -> Destination | None:
    """The address stored for a link; the only place a redirect goes to."""
    found = db.session.execute(
        select(Link.leads_to, Link.url, Link.campaign_id).where(Link.id == link_id)
    ).one_or_none()
    return (
        Destination(found.leads_to or found.url, found.campaign_id) if found else None
    )


def forget_hits(contact_id: int, kind: PurposeKind) -> None:
    """Make past opens, or past clicks, nobody's; they still count in the totals."""
    db.session.execute(
        update(Hit)
        .where(Hit.contact_id == contact_id, _IS_OF_KIND[kind])
        .values(contact_id=None, message_id=0)
    )


def forget_strays(workspace: Workspace, campaigns: Select[Any]) -> None:
    """Make nobody's what was taken in at the very moment somebody withdrew or was erased."""
    asked = purposes.measuring(workspace)
    for kind, purpose in (
        (PurposeKind.OPENS, asked.opens),
        (PurposeKind.CLICKS, asked.clicks),
    ):
        db.session.execute(
            update(Hit)
            .where(
                Hit.campaign_id.in_(campaigns),
                Hit.at > clock.ago(days=STRAY_DAYS),
                _IS_OF_KIND[kind],
                Hit.contact_id.is_not(None),
                Hit.contact_id.not_in(gate.agreeing(purpose)),
            )
            .values(contact_id=None, message_id=0)
            .execution_options(synchronize_session=False)
        )


def forget_when_withdrawn(fact: ConsentRecorded) -> None:
    """Whoever no longer wants to be measured is no longer in what was measured."""
    said_no = fact.state in {State.WITHDRAWN, State.REFUSED}
    if fact.kind in _IS_OF_KIND and said_no:
        forget_hits(fact.contact_id, fact.kind)
