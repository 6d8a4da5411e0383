"""From a draft to a campaign under way: checked, scheduled, its audience frozen."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_datetime
from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.campaigns import (
    audiences,
    blueprints,
    holding,
    jobs,
    pictures,
    reader_hours,
    restoring,
)
from webapp.campaigns.audiences import Audience
from webapp.campaigns.models import MOVES, Campaign, Status
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _, _l, speaking
from webapp.core.installation import settings
from webapp.deliverability import choosing, domain_readiness
from webapp.messages.problems import TemplateIsRefused

# A restored backup must not send what is long past.
GRACE = timedelta(minutes=60)
NOT_STARTED = frozenset({Status.DRAFT, Status.SCHEDULED})


class NotReady(DomainError):
    """Something is missing before this campaign can be sent; `problems` says what."""

    message = _l("This campaign is not ready to be sent.")

    def __init__(self, problems: list[Any]) -> None:
        super().__init__()
        self.problems = problems


class AudienceIsEmpty(DomainError):
    """Nobody would receive it, so there is nothing to send."""

    message = _l("Nobody would receive this campaign.")


class TimeIsPast(DomainError):
    """A campaign cannot be scheduled in the past."""

    message = _l("This time is in the past.")


class CannotMove(DomainError):
    """The campaign is no longer, or not yet, where this can be done."""

    message = _l("The campaign has moved on in the meantime.")


def check_ready(campaign: Campaign) -> list[Any]:
    """What is missing before the campaign can be sent, in words; empty when nothing is."""
    problems = [
        *_missing(campaign),
        *_sender_problems(campaign),
        *_picture_problems(campaign),
    ]
    if campaign.mailing_list_id is None:
        return problems
    problems += _template_problems(campaign)
    try:
        if not audiences.reaches_anybody(campaign):
            problems.append(AudienceIsEmpty.message)
    except DomainError as error:
        problems.append(error.message)
    return problems


def audience(campaign: Campaign) -> Audience:
    """How many people it would reach now, who is left out, who is measured."""
    return audiences.measure(campaign)


def schedule(
    campaign: Campaign, at: datetime, *, in_readers_zone: bool = False
) -> None:
    """Have the campaign sent at a time to come, or at that hour in each reader's time zone.

    :raises TimeIsPast: for a time that is over.
    :raises NotReady: when something is missing.
    """
    if at <= clock.now():
        raise TimeIsPast
    lock(campaign)
    _refuse_problems(campaign)
    if campaign.status != Status.SCHEDULED:
        move(campaign, Status.SCHEDULED)
    campaign.scheduled_at = at
    campaign.in_readers_zone, campaign.starts_at = in_readers_zone, None
    if in_readers_zone:
        workspace = db.session.get_one(Workspace, campaign.workspace_id)
        campaign.starts_at = reader_hours.begins_at(workspace, at)
    clear_trouble(campaign)


def unschedule(campaign: Campaign) -> None:
    """Make a scheduled campaign a draft again."""
    lock(campaign)
    move(campaign, Status.DRAFT)
    campaign.scheduled_at = campaign.starts_at = None
    campaign.in_readers_zone = False
    clear_trouble(campaign)


def start(campaign: Campaign) -> None:
    """Freeze the audience and begin to send; a second start of the same campaign does nothing.

    :raises NotReady: when something is missing.
    :raises AudienceIsEmpty: when nobody may be written to.
    """
    lock(campaign)
    if campaign.status == Status.SENDING:
        return
    if campaign.status not in NOT_STARTED:
        raise CannotMove
    _refuse_problems(campaign)
    campaign.link_tags = dict(blueprints.link_tags(campaign))
    blueprints.ready(campaign)
    counted = audiences.measure(campaign)
    if not audiences.freeze(campaign):
        raise AudienceIsEmpty
    move(campaign, Status.SENDING)
    campaign.left_out = {str(reason): n for reason, n in counted.left_out.items()}
    campaign.started_at = clock.now()
    clear_trouble(campaign)
    for _turn in range(settings().worker_processes):
        jobs.deliver.enqueue()


def start_due() -> None:
    """Start the campaigns whose time has come; one that is late beyond the grace waits."""
    restoring.look()
    due = select(Campaign).where(
        Campaign.status == Status.SCHEDULED,
        reader_hours.beginning() <= clock.now(),
        Campaign.trouble == "",
    )
    for campaign in db.session.scalars(due.with_for_update(skip_locked=True)).all():
        _start_in_time(campaign)


def lock(campaign: Campaign) -> None:
    """See the campaign as it is, and let nobody else change it until the commit."""
    # What was just typed would be read over.
    db.session.flush()
    db.session.refresh(campaign, with_for_update=True)


def move(campaign: Campaign, status: Status) -> None:
    """Put the campaign in another state, if the table allows it.

    :raises CannotMove: for any other move.
    """
    if status not in MOVES[Status(campaign.status)]:
        raise CannotMove
    campaign.status = status


def clear_trouble(campaign: Campaign) -> None:
    """Nothing holds the campaign up."""
    campaign.trouble, campaign.trouble_since = "", None


def _start_in_time(campaign: Campaign) -> None:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    due_at = campaign.starts_at or campaign.scheduled_at or clock.now()
    with speaking(workspace.locale):
        if clock.now() - due_at > GRACE:
            moment = format_datetime(due_at, "d MMMM y, HH:mm")
            late = _(
                "It was to leave on %(moment)s and could not. It waits for your approval.",
                moment=moment,
            )
            holding.ask(campaign, late)
            return
        try:
            with db.session.begin_nested():
                start(campaign)
        except DomainError as error:
            holding.ask(campaign, _in_words(error))


def _in_words(error: DomainError) -> str:
    problems = getattr(error, "problems", [])
    return " ".join(str(one) for one in [error, *problems])


def _refuse_problems(campaign: Campaign) -> None:
    problems = check_ready(campaign)
    if problems == [AudienceIsEmpty.message]:
        raise AudienceIsEmpty
    if problems:
        raise NotReady(problems)


def _missing(campaign: Campaign) -> list[Any]:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    needs = (
        (campaign.subject.strip(), _l("The subject is missing.")),
        (campaign.mailing_list_id, _l("No list is chosen.")),
        (
            campaign.sender_email or workspace.sender_email,
            _l("The sender’s address is missing."),
        ),
        (workspace.postal_address, _l("The workspace’s postal address is missing.")),
        (campaign.mjml.strip(), _l("The message is empty.")),
        (
            not campaign.asks_measuring or "preferences_url" in campaign.mjml,
            _l("The link to the answer is missing: {{ preferences_url }}."),
        ),
    )
    return [problem for there, problem in needs if not there]


def _sender_problems(campaign: Campaign) -> list[Any]:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    address = blueprints.sender_of(campaign, workspace).address
    found = domain_readiness.obstacle(workspace, address) if address else None
    return [found] if found else []


def _picture_problems(campaign: Campaign) -> list[Any]:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    try:
        if pictures.travel_inside(campaign):
            choosing.ways(workspace, with_pictures=True)
    except choosing.NoWayForPictures as error:
        return [error.message]
    except choosing.NoMailServer:
        # Told while it is sent: it may be there again by then.
        return []
    return []


def _template_problems(campaign: Campaign) -> list[Any]:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    if (
        not campaign.mjml.strip()
        or not blueprints.sender_of(campaign, workspace).address
    ):
        return []
    try:
        blueprints.draft(campaign)
    except TemplateIsRefused as refused:
        return [
            _l(
                "Line %(line)d: %(problem)s",
                line=problem.line,
                problem=str(problem.message),
            )
            for problem in refused.problems
        ]
    except DomainError as error:
        return [error.message]
    return []
