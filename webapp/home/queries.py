"""How far a workspace has come, and its figures."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Exists,
    ScalarSelect,
    Select,
    exists,
    func,
    literal,
    select,
    union,
)

from webapp.accounts.models import Workspace
from webapp.campaigns.models import Campaign
from webapp.campaigns.models import Status as CampaignStatus
from webapp.consent.models import ConsentState, State
from webapp.contacts import counting
from webapp.contacts.counting import Counted
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import Model, db
from webapp.messages.models import Message
from webapp.messages.models import Status as MessageStatus
from webapp.subscriptions import overview
from webapp.subscriptions import queries as lists
from webapp.subscriptions.models import MailingList
from webapp.widgets.models import Widget

DAYS = 30
LAST_CAMPAIGNS = 5


@dataclass(frozen=True)
class Progress:
    """What there is already."""

    has_list: bool
    has_widget: bool
    has_contact: bool
    has_campaign: bool


@dataclass(frozen=True)
class Figures:
    """How many people, and how much mail in the last thirty days."""

    contacts: int
    subscribed: int
    sent: int


def progress(workspace: Workspace) -> Progress:
    """Which of the first things exist, in one question."""
    here = workspace.id
    row = db.session.execute(
        select(
            _any(MailingList, MailingList.workspace_id == here),
            _any(Widget, Widget.workspace_id == here, Widget.published_at.is_not(None)),
            _any(Contact, Contact.workspace_id == here),
            _any(
                Campaign,
                Campaign.workspace_id == here,
                Campaign.status.in_([CampaignStatus.SENDING, CampaignStatus.SENT]),
            ),
        )
    ).one()
    return Progress(*row)


def counted(workspace: Workspace, *, now: bool) -> Counted | None:
    """The figures, and how the lists grow, as `counting.figures` tells it."""
    active = lists.active(workspace)

    def count() -> dict[str, Any]:
        weeks = overview.growth(workspace, active)
        return {**asdict(figures(workspace)), "weeks": weeks}

    # Another list changes them, and another day may begin another week.
    question = (clock.now().date().isoformat(), [one.id for one in active])
    return counting.figures(workspace, ("home", 0), question, count, now=now)


def figures(workspace: Workspace) -> Figures:
    """The contacts, those of them on a list, and the newsletters of thirty days."""
    row = db.session.execute(
        select(
            _count(Contact, Contact.workspace_id == workspace.id),
            _subscribed(workspace),
            _count(
                Message,
                Message.campaign_id.in_(_lately(workspace)),
                Message.status == MessageStatus.SENT,
            ),
        )
    ).one()
    return Figures(*row)


def _lately(workspace: Workspace) -> Select[int]:
    """The campaigns of thirty days: their messages are counted along the index of each one's states."""
    return select(Campaign.id).where(
        Campaign.workspace_id == workspace.id,
        Campaign.started_at > clock.ago(days=DAYS),
    )


def last_campaigns(workspace: Workspace) -> Sequence[Campaign]:
    """The campaigns that were touched last."""
    return db.session.scalars(
        select(Campaign)
        .where(Campaign.workspace_id == workspace.id)
        .order_by(Campaign.id.desc())
        .limit(LAST_CAMPAIGNS)
    ).all()


def _any(model: type[Model], *conditions: ColumnElement[bool]) -> Exists:
    return exists().select_from(model).where(*conditions)


def _count(model: type[Model], *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(model).where(*conditions).scalar_subquery()


def _subscribed(workspace: Workspace) -> ScalarSelect[int]:
    purposes = db.session.scalars(
        select(MailingList.purpose_id).where(MailingList.workspace_id == workspace.id)
    ).all()
    if not purposes:
        return select(literal(0)).scalar_subquery()
    # Each list is one stretch of the index, sorted by contact: merged, nobody counts twice.
    people = union(
        *(
            select(ConsentState.contact_id).where(
                ConsentState.purpose_id == purpose, ConsentState.state == State.GIVEN
            )
            for purpose in purposes
        )
    )
    return select(func.count()).select_from(people.subquery()).scalar_subquery()
