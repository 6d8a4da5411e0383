"""What became of a campaign, counted over those who agree, today, to be counted."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from webapp.accounts.models import Workspace
from webapp.analytics.reports import FollowedLink, Measured, Report, Span, merged
from webapp.campaigns.models import Campaign
from webapp.consent import gate, purposes
from webapp.consent.models import ConsentEvent, State
from webapp.core.db import db
from webapp.messages.models import Hit, Link, Message, Status
from webapp.subscriptions.models import MailingList


def report(workspace: Workspace, campaign: Campaign) -> Report:
    """The figures of one campaign; who withdrew from measuring is in none of them."""
    statuses = _statuses(campaign)
    delivered = statuses.get(Status.SENT, 0)
    asked = purposes.measuring(workspace)
    opens = _measurable(campaign, Message.tracks_opens, gate.may_measure(asked.opens))
    clicks = _measurable(
        campaign, Message.tracks_clicks, gate.may_measure(asked.clicks)
    )
    return Report(
        delivered=delivered,
        bounced=statuses.get(Status.BOUNCED, 0),
        uncertain=statuses.get(Status.UNCERTAIN, 0),
        unsubscribed=_unsubscribed(campaign),
        opens=_measured(campaign, delivered, opens, Hit.link_id.is_(None)),
        clicks=_measured(campaign, delivered, clicks, Hit.link_id.is_not(None)),
        links=_links(campaign, clicks),
        spans=_spans(campaign, opens, clicks),
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
    campaign: Campaign,
    delivered: int,
    messages: Select[Any],
    wanted: ColumnElement[bool],
) -> Measured:
    hits = (
        select(Hit.message_id, func.bool_and(Hit.by_machine).label("machine"))
        .where(Hit.campaign_id == campaign.id, wanted, Hit.message_id.in_(messages))
        .group_by(Hit.message_id)
        .subquery()
    )
    found = db.session.execute(
        select(
            func.count().filter(~hits.c.machine), func.count().filter(hits.c.machine)
        )
    ).one()
    people = db.session.scalar(select(func.count()).select_from(messages.subquery()))
    return Measured(people or 0, delivered, did=found[0], machines=found[1])


def _links(campaign: Campaign, clicks: Select[Any]) -> list[FollowedLink]:
    followed = and_(Hit.link_id == Link.id, ~Hit.by_machine, Hit.message_id.in_(clicks))
    people = func.count(Hit.message_id.distinct())
    rows = db.session.execute(
        select(Link.url, people)
        .outerjoin(Hit, followed)
        .where(Link.campaign_id == campaign.id)
        .group_by(Link.id)
        .order_by(people.desc(), Link.position)
    )
    return [FollowedLink(url, count) for url, count in rows]


def _spans(campaign: Campaign, opens: Select[Any], clicks: Select[Any]) -> list[Span]:
    opened = _first_times(campaign, opens, Hit.link_id.is_(None))
    clicked = _first_times(campaign, clicks, Hit.link_id.is_not(None))
    return merged(
        [
            Span(hour, opened.get(hour, 0), clicked.get(hour, 0))
            for hour in sorted(opened.keys() | clicked.keys())
        ]
    )


def _first_times(
    campaign: Campaign, messages: Select[Any], wanted: ColumnElement[bool]
) -> dict[Any, int]:
    first = (
        select(func.date_trunc("hour", func.min(Hit.at)).label("hour"))
        .where(
            Hit.campaign_id == campaign.id,
            wanted,
            ~Hit.by_machine,
            Hit.message_id.in_(messages),
        )
        .group_by(Hit.message_id)
        .subquery()
    )
    rows = db.session.execute(select(first.c.hour, func.count()).group_by(first.c.hour))
    return {row[0]: row[1] for row in rows}


def _unsubscribed(campaign: Campaign) -> int:
    """People who left the list through a message of this campaign."""
    counted = (
        select(func.count(ConsentEvent.contact_id.distinct()))
        .join(Message, Message.id == ConsentEvent.message_id)
        .join(MailingList, MailingList.purpose_id == ConsentEvent.purpose_id)
        .where(
            Message.campaign_id == campaign.id,
            MailingList.id == campaign.mailing_list_id,
            ConsentEvent.workspace_id == campaign.workspace_id,
            ConsentEvent.state == State.WITHDRAWN,
        )
    )
    return db.session.scalar(counted) or 0
