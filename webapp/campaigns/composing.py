"""A campaign while it is a draft: begun, changed, copied, thrown away."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.campaigns import attachments, drafts, planning, targeting
from webapp.campaigns.models import Campaign, Status
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _, _l
from webapp.messages.starters import starters
from webapp.subscriptions import queries as lists

# Writing goes on for an hour; the audit trail needs to know that it did, not each keystroke.
SAID_AGAIN = timedelta(minutes=10)

_COPIED = (
    "mailing_list_id",
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
    for name, value in fresh.items():
        setattr(campaign, name, value)
    _note_change(workspace, campaign)


def choose_audience(
    workspace: Workspace,
    campaign: Campaign,
    *,
    list_id: int | None,
    included: Collection[int] = (),
    excluded: Collection[int] = (),
    measures: Mapping[str, bool],
) -> None:
    """Choose whom it goes to; of the list, people of the included segments but of no excluded.

    :raises NotFound: for a list or a segment of another workspace.
    :raises InAndOut, TooManySegments: for segments that make no audience.
    """
    if list_id:
        lists.get_list(workspace, list_id)
    drafts.hold(campaign)
    if targeting.choose(workspace, campaign, included, excluded):
        _note_change(workspace, campaign)
    save(workspace, campaign, {"mailing_list_id": list_id, **measures})


def _note_change(workspace: Workspace, campaign: Campaign) -> None:
    now = clock.now()
    if now - campaign.updated_at > SAID_AGAIN:
        auditing.record(workspace, "campaign.changed", campaign)
    # What was prepared from the older words is not used again.
    campaign.updated_at = now


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
    targeting.copy(campaign, copy)
    auditing.record(workspace, "campaign.duplicated", copy)
    return copy


def delete(workspace: Workspace, campaign: Campaign) -> None:
    """Throw a draft away; raises NoLongerADraft for anything that was sent to somebody."""
    drafts.hold(campaign)
    auditing.record(workspace, "campaign.deleted", campaign)
    db.session.delete(campaign)
