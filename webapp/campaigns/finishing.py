"""Whether a campaign is finished, and what holds it up, as its page says it."""

from typing import Any

from flask_babel import format_datetime
from sqlalchemy import select, update

from webapp.accounts.models import Workspace
from webapp.campaigns import claiming
from webapp.campaigns.models import Campaign, Status
from webapp.core import clock
from webapp.core.db import db
from webapp.core.i18n import _, speaking

# Lanes that fill by the second are not worth a word.
WORTH_SAYING = 10.0


def finish_if_done(campaign_id: int) -> None:
    """Call the campaign sent when no message is left in a state it can leave."""
    if not claiming.is_done(campaign_id):
        return
    # Somebody may be having the uncertain ones sent again: whoever holds the row is waited for.
    alone = select(Campaign.id).where(Campaign.id == campaign_id).with_for_update()
    db.session.execute(alone)
    if not claiming.is_done(campaign_id):
        return
    db.session.execute(
        update(Campaign)
        .where(Campaign.id == campaign_id, Campaign.status == Status.SENDING)
        .values(
            status=Status.SENT,
            finished_at=clock.now(),
            trouble="",
            trouble_since=None,
        )
    )


def tell(campaign_id: int, trouble: Any) -> None:
    """Say what holds the campaign up, and since when; None: nothing does."""
    campaign = db.session.get_one(Campaign, campaign_id, with_for_update=True)
    if campaign.status == Status.PAUSED:
        # Why it was paused is what its page must say, whatever the last deliverer saw.
        return
    if trouble is None:
        campaign.trouble, campaign.trouble_since = "", None
        return
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    with speaking(workspace.locale):
        campaign.trouble = str(trouble)
    campaign.trouble_since = campaign.trouble_since or clock.now()


def say_it_waits(campaign: Campaign, seconds: float) -> None:
    """No provider takes any of it before so many seconds; why may have been said before."""
    if campaign.trouble or seconds < WORTH_SAYING:
        return
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    with speaking(workspace.locale):
        moment = format_datetime(clock.ahead(seconds=seconds), "d MMMM, HH:mm")
        words = _(
            "The mailbox providers take no more for now. It goes on by itself on "
            "%(moment)s; the page of the lanes says why.",
            moment=moment,
        )
    tell(campaign.id, words)
