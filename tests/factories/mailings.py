"""Campaigns under way with what came of their messages, in bulk."""

from sqlalchemy import insert

from tests.factories import audience, sendings
from webapp.campaigns.models import Status as CampaignStatus
from webapp.core import clock
from webapp.core.db import db
from webapp.incoming.models import MessageReport
from webapp.incoming.reports import Kind as Told
from webapp.messages.models import Kind, Message, Status


def campaign(workspace, **changes):
    now = clock.now()
    values = {
        "status": CampaignStatus.SENDING,
        "started_at": now,
        "created_at": now,
        "sender_email": "bonjour@maison-tilleul.example",
        **changes,
    }
    mailing = audience.mailing_list(workspace)
    return sendings.campaign(workspace, mailing, **values)


def messages(campaign, count, *, status=Status.SENT, **changes):
    """So many messages of nobody, all alike; their ids."""
    at = changes.pop("at", None) or clock.now()
    row = {
        "workspace_id": campaign.workspace_id,
        "campaign_id": campaign.id,
        "kind": Kind.CAMPAIGN,
        "status": status,
        "attempts": 1,
        "dated_at": at,
        "finished_at": at,
        "provider": "orange",
        **changes,
    }
    made = db.session.scalars(
        insert(Message).returning(Message.id), [dict(row) for _ in range(count)]
    )
    return list(made)


def bounced(campaign, count, category="invalid_recipient", **changes):
    return messages(campaign, count, status=Status.BOUNCED, reason=category, **changes)


def complained(campaign, ids):
    _report(campaign, ids, Told.COMPLAINT)


def returned(campaign, ids, category):
    """They came back after the server had taken them."""
    _report(campaign, ids, Told.BOUNCE, category=category)


def _report(campaign, ids, kind, **more):
    rows = [
        {
            "workspace_id": campaign.workspace_id,
            "message_id": message_id,
            "kind": kind,
            "at": clock.now(),
            **more,
        }
        for message_id in ids
    ]
    db.session.execute(insert(MessageReport), rows)
