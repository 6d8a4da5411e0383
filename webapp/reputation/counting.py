"""The messages of each campaign counted by day and provider, so that pages need not count them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
)

from webapp.accounts.models import Workspace
from webapp.campaigns.models import Campaign
from webapp.campaigns.models import Status as CampaignStatus
from webapp.consent.models import ConsentEvent, State
from webapp.core import addresses, clock
from webapp.core.db import db, transaction
from webapp.incoming.models import MessageReport
from webapp.incoming.reports import Kind as Told
from webapp.messages.models import Message, Status
from webapp.reputation import causes
from webapp.reputation.causes import Cause
from webapp.reputation.models import MailDay
from webapp.subscriptions.models import MailingList

# A campaign that ended a moment ago is counted with those under way; what comes back later,
# every hour for so long: bounces take five days at most (RFC 5321 section 4.5.4.1).
JUST_ENDED, LATELY = timedelta(minutes=30), timedelta(days=7)
# What the page shows at most.
SHOWN = timedelta(days=90)
UNDER_WAY = (CampaignStatus.SENDING, CampaignStatus.PAUSED)
LONGEST_SAID = 300
_LOCK = text("SELECT pg_try_advisory_xact_lock(:kind, :campaign)")
_LOCK_CLASS = 0x766F6C72
# No address stands in what a server said, wherever it came from.
_ADDRESS = r"[^\s<>()\[\]:;,]+@[^\s<>()\[\]:;,]+"

Columns = Sequence[ColumnElement[Any]]


def count_now() -> None:
    """Count what is under way, and what just ended."""
    just = clock.now() - JUST_ENDED
    _count_all(or_(Campaign.status.in_(UNDER_WAY), Campaign.finished_at > just))


def count_lately() -> None:
    """Count what began within a week: late bounces, complaints, people who left.

    And what nobody has counted yet, as far back as the page goes.
    """
    now = clock.now()
    uncounted = ~exists().where(MailDay.campaign_id == Campaign.id)
    forgotten = and_(Campaign.started_at > now - SHOWN, uncounted)
    _count_all(or_(Campaign.started_at > now - LATELY, forgotten))


def count(campaign: Campaign) -> None:
    """Count one campaign anew; whoever counts it at the same moment does it for both."""
    lock = {"kind": _LOCK_CLASS, "campaign": campaign.id % 2**31}
    if not db.session.scalar(_LOCK, lock):
        return
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    domain = _sender_domain(campaign, workspace)
    db.session.execute(delete(MailDay).where(MailDay.campaign_id == campaign.id))
    counted = _counted(campaign, workspace, domain)
    names = [column.name for column in counted.selected_columns]
    db.session.execute(insert(MailDay).from_select(names, counted))


def _count_all(which: ColumnElement[bool]) -> None:
    with transaction():
        wanted = db.session.scalars(
            select(Campaign.id).where(Campaign.started_at.is_not(None), which)
        ).all()
    for campaign_id in wanted:
        with transaction():
            campaign = db.session.get(Campaign, campaign_id)
            if campaign is not None:
                count(campaign)


def _sender_domain(campaign: Campaign, workspace: Workspace) -> str:
    """As it was when the campaign was first counted: the workspace may have moved since."""
    known = db.session.scalar(
        select(MailDay.sender_domain).where(MailDay.campaign_id == campaign.id).limit(1)
    )
    return known or addresses.domain(campaign.sender_email or workspace.sender_email)


def _counted(
    campaign: Campaign, workspace: Workspace, domain: str
) -> Select[*tuple[Any, ...]]:
    day = cast(func.timezone(workspace.timezone, Message.dated_at), Date)
    return (
        select(
            literal(campaign.id).label("campaign_id"),
            day.label("day"),
            Message.provider,
            literal(workspace.id).label("workspace_id"),
            cast(literal(domain), String(253)).label("sender_domain"),
            *_figures(campaign),
        )
        .select_from(Message)
        .outerjoin(MessageReport, _is_bounce())
        .where(Message.campaign_id == campaign.id, Message.dated_at.is_not(None))
        .group_by(day, Message.provider)
    )


def _figures(campaign: Campaign) -> Columns:
    bounced = Message.status == Status.BOUNCED
    cause = causes.expression()
    left = Message.id.in_(_left(campaign))
    by_cause = [
        _number(and_(bounced, cause == one), one.value)
        for one in (Cause.HARD, Cause.SOFT, Cause.POLICY)
    ]
    return [
        _number(Message.status == Status.SENT, "delivered"),
        _number(or_(Message.attempts > 1, _is_put_off()), "deferred"),
        *by_cause,
        _number(_complained(campaign), "complaints"),
        _number(left, "unsubscribed"),
        _said(bounced, cause).label("said"),
    ]


def _number(condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.count().filter(condition).label(name)


def _is_put_off() -> ColumnElement[bool]:
    return Message.status == Status.DEFERRED


def _is_bounce() -> ColumnElement[bool]:
    return and_(
        MessageReport.message_id == Message.id, MessageReport.kind == Told.BOUNCE
    )


def _complained(campaign: Campaign) -> ColumnElement[bool]:
    """Hashed once: there are few, and a million messages are not looked up one by one."""
    return Message.id.in_(
        select(MessageReport.message_id).where(
            MessageReport.workspace_id == campaign.workspace_id,
            MessageReport.kind == Told.COMPLAINT,
            MessageReport.at >= campaign.created_at,
        )
    )


def _left(campaign: Campaign) -> Select[int | None]:
    """The messages by which people left the list."""
    purpose = (
        select(MailingList.purpose_id)
        .where(MailingList.id == campaign.mailing_list_id)
        .scalar_subquery()
    )
    return select(ConsentEvent.message_id).where(
        ConsentEvent.purpose_id == purpose,
        ConsentEvent.state == State.WITHDRAWN,
        ConsentEvent.message_id.is_not(None),
        ConsentEvent.at >= campaign.started_at,
    )


def _said(
    bounced: ColumnElement[bool], cause: ColumnElement[str]
) -> ColumnElement[str]:
    """One of the replies that refused or put off our mail as such."""
    about_us = or_(and_(bounced, cause == Cause.POLICY), _is_put_off())
    reply = func.coalesce(func.nullif(MessageReport.text, ""), Message.smtp_reply)
    said = func.max(func.left(reply, LONGEST_SAID)).filter(about_us)
    return func.coalesce(
        func.left(func.regexp_replace(said, _ADDRESS, "…", "g"), LONGEST_SAID), ""
    )
