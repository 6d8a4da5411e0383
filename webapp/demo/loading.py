"""Load the demo shop: eighteen months of a shop that never was, ending today."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from webapp.accounts import auditing, setting_up
from webapp.accounts.models import AuditEntry, User, Workspace
from webapp.campaigns import blueprints, following
from webapp.campaigns.models import Campaign, Status
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.copying import reserve
from webapp.core.db import db
from webapp.demo import (
    buying,
    figures,
    furnishing,
    letters,
    mailings,
    people,
    queries,
    remembering,
    stories,
    wishes,
    writing,
)
from webapp.demo import shop as words
from webapp.demo.furnishing import Shop
from webapp.demo.letters import Letter
from webapp.demo.mailings import Seen, Sending
from webapp.demo.stories import Life
from webapp.messages import links
from webapp.messages.models import Message
from webapp.reputation import counting
from webapp.segments import renewing as segments

# The same people at each load.
SEED = 44000
# One number of ours in PostgreSQL's space of advisory locks.
_ONE_AT_A_TIME = 0x566F6C44
SENDING_HOUR = time(10, 0, tzinfo=ZoneInfo("Europe/Paris"))


def load(user: User) -> Workspace:
    """Make the user's demo shop, or find the one that is there."""
    db.session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    there = queries.of(user)
    return there or _make(user)


def _make(user: User) -> Workspace:
    now = clock.now()
    opened_at = now - words.STORY - timedelta(days=3)
    workspace = _open(user, opened_at)
    shop = furnishing.furnish(workspace, opened_at, now)
    random = Random(SEED)  # noqa: S311 - a story, no secret
    lives = _lives(random, now)
    _tell(shop, lives, random, user)
    _draft(shop, now)
    _date_back(workspace, opened_at)
    auditing.record(workspace, "demo.loaded", workspace, by=user)
    db.session.flush()
    segments.begin_all(workspace)
    return workspace


def _open(user: User, opened_at: datetime) -> Workspace:
    workspace = setting_up.create_workspace(user, words.CONTROLLER)
    workspace.slug = setting_up.free_slug("demo")
    workspace.created_at = opened_at
    auditing.record(workspace, "workspace.created", workspace, by=user)
    db.session.flush()
    return workspace


def _lives(random: Random, now: datetime) -> list[Life]:
    """Everybody, those who came first first."""
    customers = people.customers(random, now)
    lives = [stories.live(0, person, random, now) for person in customers]
    lives.sort(key=lambda life: life.came_at)
    for life, number in zip(lives, reserve(Contact, len(lives)), strict=True):
        life.contact_id = number
    return lives


def _tell(shop: Shop, lives: Sequence[Life], random: Random, user: User) -> None:
    """Send the campaigns one after the other, then write all of it down."""
    now = clock.now()
    sent = [_send(shop, letter, lives, random, now) for letter in letters.SENT]
    writing.contacts(shop, lives)
    remembering.records(shop)
    remembering.notes(shop, lives, user)
    for campaign, sendings, seen in sent:
        started_at = campaign.started_at or now
        writing.messages(shop, campaign.id, started_at, sendings)
        # Whoever says no later on is no longer in the figures of before.
        agreed = mailings.still_agreed(seen, now)
        writing.hits(shop, campaign.id, _links(campaign), agreed)
    writing.events(shop, lives, user.id)
    writing.suppressions(shop, lives)
    wishes.tell(shop, lives, now)
    figures.widget_days(shop, lives, random, now)
    figures.confirmations(shop, lives, now)
    figures.links(shop, lives, random, now)
    buying.tell(shop, lives, now)
    for campaign, _sendings, _seen in sent:
        counting.count(campaign)


def _send(
    shop: Shop, letter: Letter, lives: Sequence[Life], random: Random, now: datetime
) -> tuple[Campaign, list[Sending], list[Seen]]:
    day = (now - timedelta(days=letter.days_ago)).date()
    start = datetime.combine(day, SENDING_HOUR)
    receiving, left_out = mailings.audience(letter, start, lives)
    numbers = reserve(Message, len(receiving))
    sendings = mailings.send(list(zip(numbers, receiving, strict=True)), start, random)
    seen = mailings.read(letter, sendings, random, now)
    campaign = _campaign(shop, letter, start - timedelta(days=2))
    campaign.status = Status.SENT
    campaign.left_out = left_out
    campaign.started_at = campaign.updated_at = start
    campaign.finished_at = max(sending.at for sending in sendings)
    auditing.record(shop.workspace, "campaign.sent", campaign)
    return campaign, sendings, seen


def _draft(shop: Shop, now: datetime) -> None:
    for letter in letters.DRAFTS:
        _campaign(shop, letter, now - timedelta(days=letter.days_ago))


def _campaign(shop: Shop, letter: Letter, at: datetime) -> Campaign:
    campaign = Campaign(
        workspace_id=shop.workspace.id,
        name=letter.name,
        mailing_list_id=shop.lists[letter.about].id,
        subject=letter.subject,
        preheader=letter.preheader,
        mjml=letter.mjml,
        locale=words.LOCALE,
        # Advice is for everybody; offers are for those who asked for them.
        is_public=letter.about is words.About.ADVICE,
        created_at=at,
        updated_at=at,
    )
    db.session.add(campaign)
    db.session.flush()
    return campaign


def _links(campaign: Campaign) -> tuple[int, ...]:
    """The rows of the campaign's destinations, in the order of reading."""
    html = blueprints.content_of(campaign).html
    return following.store(campaign, links.find(html).destinations)


def _date_back(workspace: Workspace, opened_at: datetime) -> None:
    """The shop was furnished when it opened; a campaign was sent when it was sent."""
    entry = AuditEntry
    sent = (
        select(Campaign.started_at)
        .where(Campaign.id == entry.target_id, entry.target_kind == "campaign")
        .scalar_subquery()
    )
    db.session.flush()
    db.session.execute(
        update(entry)
        .where(entry.workspace_id == workspace.id)
        .values(at=func.coalesce(sent, opened_at)),
        execution_options={"synchronize_session": False},
    )
