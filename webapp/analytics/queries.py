"""What became of a campaign, counted over those who agree, today, to be counted."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from webapp.accounts.models import Workspace
from webapp.analytics.reports import FollowedLink, Measured, Report, Span, merged
from webapp.campaigns.models import Campaign
from webapp.consent import gate, purposes
from webapp.consent.models import ConsentEvent, State
from webapp.core.db import db
from webapp.messages.models import Hit, Link, Message, Status
from webapp.subscriptions.models import MailingList

# How the ledger says that somebody left by reporting a message as spam.
COMPLAINT = "complaint"


def report(workspace: Workspace, campaign: Campaign) -> Report:
    """The figures of one campaign; who withdrew from measuring is in none of them."""
    statuses = _statuses(campaign)
    delivered = statuses.get(Status.SENT, 0)
    asked = purposes.measuring(workspace)
    opens = _measurable(campaign, Message.tracks_opens, gate.agreeing(asked.opens))
    clicks = _measurable(campaign, Message.tracks_clicks, gate.agreeing(asked.clicks))
    opened = _first_times(campaign, opens, Hit.link_id.is_(None))
    clicked = _first_times(campaign, clicks, Hit.link_id.is_not(None))
    return Report(
        delivered=delivered,
        bounced=statuses.get(Status.BOUNCED, 0),
        uncertain=statuses.get(Status.UNCERTAIN, 0),
        unsubscribed=_left(campaign),
        complained=_left(campaign, ConsentEvent.method == COMPLAINT),
        opens=_measured(delivered, opens, opened),
        clicks=_measured(delivered, clicks, clicked),
        links=_links(campaign, clicks),
        spans=_spans(opened, clicked),
        signals=_signals(campaign, opens, clicks),
    )


def _statuses(campaign: Campaign) -> dict[str, int]:
    rows = db.session.execute(
        select(Message.status, func.count())
        .where(Message.campaign_id == campaign.id)
        .group_by(Message.status)
    )
    return {row[0]: row[1] for row in rows}


def _measurable(
    campaign: Campaign, tracked: ColumnElement[bool] | Any, agreeing: Select[Any]
) -> Select[Any]:
    """The delivered messages that were measured, and whose reader still agrees to it."""
    return select(Message.id).where(
        Message.campaign_id == campaign.id,
        Message.status == Status.SENT,
        tracked,
        Message.contact_id.in_(agreeing),
    )


def _measured(
    delivered: int, messages: Select[Any], first_times: dict[Any, int]
) -> Measured:
    people = db.session.scalar(select(func.count()).select_from(messages.subquery()))
    machines = first_times.get(None, 0)
    did = sum(first_times.values()) - machines
    return Measured(people or 0, delivered, did=did, machines=machines)


def _links(campaign: Campaign, clicks: Select[Any]) -> list[FollowedLink]:
    followed = and_(Hit.link_id == Link.id, ~Hit.by_machine, Hit.message_id.in_(clicks))
    people = func.count(Hit.message_id.distinct())
    rows = db.session.execute(
        select(Link.id, Link.url, people)
        .outerjoin(Hit, followed)
        .where(Link.campaign_id == campaign.id, ~Link.is_trap)
        .group_by(Link.id)
        .order_by(people.desc(), Link.position)
    )
    return [FollowedLink(*row) for row in rows]


def _signals(
    campaign: Campaign, opens: Select[Any], clicks: Select[Any]
) -> dict[str, int]:
    """For how many people a machine was known by each sign."""
    counted = or_(
        and_(Hit.link_id.is_(None), Hit.message_id.in_(opens)),
        and_(Hit.link_id.is_not(None), Hit.message_id.in_(clicks)),
    )
    people = func.count(Hit.message_id.distinct())
    rows = db.session.execute(
        select(Hit.signal, people)
        .where(Hit.campaign_id == campaign.id, Hit.signal != "", counted)
        .group_by(Hit.signal)
        .order_by(people.desc())
    )
    return {row[0]: row[1] for row in rows}


def _spans(opened: dict[Any, int], clicked: dict[Any, int]) -> list[Span]:
    hours = (opened.keys() | clicked.keys()) - {None}
    return merged(
        [
            Span(hour, opened.get(hour, 0), clicked.get(hour, 0))
            for hour in sorted(hours)
        ]
    )


def _first_times(
    campaign: Campaign, messages: Select[Any], wanted: ColumnElement[bool]
) -> dict[Any, int]:
    """How many people did it first in which hour; None: only machines did it for them."""
    by_a_person = func.min(Hit.at).filter(~Hit.by_machine)
    first = (
        select(func.date_trunc("hour", by_a_person).label("hour"))
        .where(Hit.campaign_id == campaign.id, wanted, Hit.message_id.in_(messages))
        .group_by(Hit.message_id)
        .subquery()
    )
    rows = db.session.execute(select(first.c.hour, func.count()).group_by(first.c.hour))
    return {row[0]: row[1] for row in rows}


def _left(campaign: Campaign, *how: ColumnElement[bool]) -> int:
    """People who left the list through a message of this campaign."""
    purpose = (
        select(MailingList.purpose_id)
        .where(MailingList.id == campaign.mailing_list_id)
        .scalar_subquery()
    )
    counted = (
        select(func.count(ConsentEvent.contact_id.distinct()))
        .join(Message, Message.id == ConsentEvent.message_id)
        .where(
            Message.campaign_id == campaign.id,
            ConsentEvent.purpose_id == purpose,
            ConsentEvent.workspace_id == campaign.workspace_id,
            ConsentEvent.state == State.WITHDRAWN,
            *how,
        )
    )
    if campaign.started_at:
        counted = counted.where(ConsentEvent.at >= campaign.started_at)
    return db.session.scalar(counted) or 0
