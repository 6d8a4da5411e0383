"""A campaign that waits for a person: why, since when, and a mail to those who answer for it."""

from webapp.accounts import queries as accounts
from webapp.accounts.models import Workspace
from webapp.campaigns.models import Campaign
from webapp.core import clock, installation
from webapp.core.db import db
from webapp.messages import posting
from webapp.messages.models import Kind


def hold_up(campaign: Campaign, words: str) -> None:
    """Say on the campaign why it waits, and since when."""
    campaign.trouble = words
    campaign.trouble_since = campaign.trouble_since or clock.now()


def ask(campaign: Campaign, words: str) -> None:
    """Have a person decide: said on the campaign's page and in a mail to the owners."""
    hold_up(campaign, words)
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    url = installation.address(f"/w/{workspace.slug}/campaigns/{campaign.id}")
    for owner in accounts.owners(workspace):
        posting.post(
            "campaign_waits",
            to=owner.email,
            workspace=workspace,
            locale=owner.locale,
            kind=Kind.SYSTEM,
            content={"campaign_name": campaign.name, "why": words, "url": url},
        )
