"""A campaign while it is a draft: begun, changed, copied, thrown away."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.campaigns import attachments, drafts, finding, planning
from webapp.campaigns.models import Campaign, Status
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _, _l
from webapp.messages.starters import starters
from webapp.segments.events import SegmentLeaving
from webapp.segments.queries import get_segment
from webapp.subscriptions import queries as lists

# Writing goes on for an hour; the audit trail needs to know that it did, not each keystroke.
SAID_AGAIN = timedelta(minutes=10)

_COPIED = (
    "mailing_list_id",
    "segment_id",
    "sender_name",
    "sender_email",
    "reply_to",
    "subject",
    "preheader",
    "mjml",
    "locale",
    "measures_opens",
    "measures_clicks",
    "asks_measuring",
)


class AlreadyStarted(DomainError):
    """It was sent, or is being sent: a second time would reach nobody twice, nor anybody new."""

    message = _l("This campaign was already sent.")


class SegmentIsAwaited(DomainError):
    """A scheduled campaign goes to this segment."""

    message = _l("A scheduled campaign goes to this segment: unschedule it first.")


def create(workspace: Workspace, starter: str, language: str) -> Campaign:
    """A draft from a starter template; an unknown one gives the first."""
    known = {one.key: one for one in starters()}
    chosen = known.get(starter) or starters()[0]
    active = lists.active(workspace)
    campaign = Campaign(
        workspace_id=workspace.id,
        name=chosen.name.get(language, chosen.name["fr"]),
        mailing_list_id=active[0].id if active else None,
        sender_name=workspace.sender_name or workspace.name,
        sender_email=workspace.sender_email,
        mjml=chosen.source,
        locale=workspace.locale,
    )
    db.session.add(campaign)
    db.session.flush()
    auditing.record(workspace, "campaign.created", campaign)
    return campaign


def save(workspace: Workspace, campaign: Campaign, changes: Mapping[str, Any]) -> None:
    """Keep what was written; the same again changes nothing.

    :raises NoLongerADraft: when it is too late.
    """
    drafts.hold(campaign)
    fresh = {
        name: value
        for name, value in changes.items()
        if getattr(campaign, name) != value
    }
    if not fresh:
        return
    now = clock.now()
    if now - campaign.updated_at > SAID_AGAIN:
        auditing.record(workspace, "campaign.changed", campaign)
    for name, value in fresh.items():
        setattr(campaign, name, value)
    # What was prepared from the older words is not used again.
    campaign.updated_at = now


def choose_audience(
    workspace: Workspace,
    campaign: Campaign,
    *,
    list_id: int | None,
    segment_id: int | None,
    measures: Mapping[str, bool],
) -> None:
    """Choose whom it goes to; raises NotFound for a list or a segment of another workspace."""
    if list_id:
        lists.get_list(workspace, list_id)
    if segment_id:
        get_segment(workspace, segment_id)
    chosen = {"mailing_list_id": list_id, "segment_id": segment_id, **measures}
    save(workspace, campaign, chosen)


def send_now(campaign: Campaign) -> None:
    """Start sending, once: a campaign that was started stays as it is.

    :raises AlreadyStarted: when it was.
    """
    planning.lock(campaign)
    if campaign.status not in {Status.DRAFT, Status.SCHEDULED}:
        raise AlreadyStarted
    # Now is now, in every time zone.
    campaign.in_readers_zone = False
    # What is refused leaves nothing behind, even where the page answers with a redirect.
    with db.session.begin_nested():
        planning.start(campaign)


def schedule(campaign: Campaign, at: datetime, *, in_readers_zone: bool) -> None:
    """Have it leave at a moment to come, or leave it as it was.

    :param in_readers_zone: at that hour of the day for each reader, wherever they live.

    :raises TimeIsPast: for a time that is over.
    :raises NotReady: when something is missing.
    """
    with db.session.begin_nested():
        planning.schedule(campaign, at, in_readers_zone=in_readers_zone)


def duplicate(workspace: Workspace, campaign: Campaign) -> Campaign:
    """A new draft with the same words, attachments and audience."""
    values = {name: getattr(campaign, name) for name in _COPIED}
    name = _("Copy of %(name)s", name=campaign.name)[:120]
    copy = Campaign(workspace_id=workspace.id, name=name, **values)
    db.session.add(copy)
    db.session.flush()
    attachments.copy(campaign, copy)
    auditing.record(workspace, "campaign.duplicated", copy)
    return copy


def delete(workspace: Workspace, campaign: Campaign) -> None:
    """Throw a draft away; raises NoLongerADraft for anything that was sent to somebody."""
    drafts.hold(campaign)
    auditing.record(workspace, "campaign.deleted", campaign)
    db.session.delete(campaign)


def keep_awaited_segments(leaving: SegmentLeaving) -> None:
    """Refuse that a segment goes while a scheduled campaign counts on it."""
    if finding.waiting_for(leaving.segment_id):
        raise SegmentIsAwaited
