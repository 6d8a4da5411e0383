"""Questions about campaigns for the pages: which there are, and one of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select

from webapp.accounts.models import Workspace
from webapp.campaigns.models import Campaign, Status
from webapp.consent import gate
from webapp.consent.models import Purpose
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.core.pages import Page, keyset_page
from webapp.messages.models import Kind, Message
from webapp.subscriptions.models import MailingList

# The tabs of the list of campaigns.
STAGES: dict[str, tuple[Status, ...]] = {
    "draft": (Status.DRAFT,),
    "scheduled": (Status.SCHEDULED,),
    "sending": (Status.SENDING, Status.PAUSED),
    "sent": (Status.SENT,),
    "cancelled": (Status.CANCELLED,),
}
PROPOSED_READERS = 20


def get_campaign(workspace: Workspace, campaign_id: int) -> Campaign:
    """The campaign with this number.

    :raises NotFound: also for a campaign of another workspace.
    """
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None or campaign.workspace_id != workspace.id:
        raise NotFound
    return campaign


def find(
    workspace: Workspace,
    words: str,
    stage: str,
    *,
    before: int | None,
    after: int | None,
) -> Page[Campaign]:
    """A page of campaigns at a stage (any, when it is unknown) whose name or subject holds the words."""
    query = select(Campaign).where(Campaign.workspace_id == workspace.id)
    if stage in STAGES:
        query = query.where(Campaign.status.in_(STAGES[stage]))
    if words:
        query = query.where(
            Campaign.name.icontains(words, autoescape=True)
            | Campaign.subject.icontains(words, autoescape=True)
        )
    return keyset_page(query, Campaign, before=before, after=after)


def lists_by_id(workspace: Workspace) -> dict[int, str]:
    """The name of each list, for tables of campaigns."""
    found = db.session.execute(
        select(MailingList.id, MailingList.name).where(
            MailingList.workspace_id == workspace.id
        )
    )
    return {row.id: row.name for row in found}


def readers(workspace: Workspace, campaign: Campaign) -> Sequence[Contact]:
    """Some contacts through whose eyes the campaign can be seen, those who would get it first."""
    newest = select(Contact).where(Contact.workspace_id == workspace.id, gate.usable())
    mailing_list = db.session.get(MailingList, campaign.mailing_list_id or 0)
    found: Sequence[Contact] = []
    if mailing_list is not None:
        purpose = db.session.get_one(Purpose, mailing_list.purpose_id)
        found = _some(gate.let_through(newest, workspace, purpose))
    return found or _some(newest)


def _some(people: Select[Contact]) -> Sequence[Contact]:
    chosen = people.order_by(Contact.id.desc()).limit(PROPOSED_READERS)
    return db.session.scalars(chosen).all()


def tests_since(workspace: Workspace, moment: datetime) -> int:
    """How many test mails the workspace asked for since then."""
    counted = select(func.count()).where(
        Message.workspace_id == workspace.id,
        Message.kind == Kind.TEST,
        Message.created_at >= moment,
    )
    return db.session.scalar(counted) or 0
