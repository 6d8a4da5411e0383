"""One claim of a campaign: look again, mark, send and write down, handful by handful."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError

from webapp.accounts.models import Workspace
from webapp.campaigns import blueprints, claiming, finishing, recording
from webapp.campaigns.checking import Check, Marked
from webapp.campaigns.handing_over import Desk, Handed
from webapp.campaigns.models import Campaign
from webapp.core import draining
from webapp.core.db import db, transaction
from webapp.core.errors import DomainError
from webapp.deliverability import choosing, connections
from webapp.messages import outcomes

log = logging.getLogger(__name__)

# A handful is what a server takes in a tenth of a second: that many messages are in doubt
# after a crash, at most, for each deliverer. A slow server is given few, a fast one many.
HANDFUL_SECONDS = 0.1
FIRST_HANDFUL = 20
SMALLEST_HANDFUL = 5
LARGEST_HANDFUL = 200
# While the database is away, what was sent waits to be written down.
INSIST_SECONDS = 300.0
_PAUSE_SECONDS = 0.25

Answer = TypeVar("Answer")


def work_off(campaign_id: int, ids: list[int], lease: str) -> None:
    """Deliver the messages that this lease claimed; what is left over is given back."""
    wait = timedelta(0)
    try:
        trouble = _deliver(campaign_id, ids, lease)
        if trouble is not None:
            wait = outcomes.jittered(outcomes.WAIT_FOR_SERVER)
    finally:
        insist(lambda: claiming.give_back(lease, wait))


def insist(work: Callable[[], Answer]) -> Answer:
    """Do it in a transaction of its own, again and again while the database is away."""
    deadline = time.monotonic() + INSIST_SECONDS
    while True:
        try:
            with transaction():
                return work()
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > deadline:
                raise
            log.warning("The database is away: %s", type(error).__name__)
            time.sleep(_PAUSE_SECONDS)


def _deliver(campaign_id: int, ids: list[int], lease: str) -> object:
    """Send what may leave; the trouble that stopped it, in words, or None."""
    try:
        check, desk = insist(lambda: _prepare(campaign_id))
    except DomainError as error:
        trouble = error.message
        insist(lambda: finishing.tell(campaign_id, trouble))
        return trouble
    _send_all(check, desk, ids, lease)
    if desk.trouble is not None or desk.has_spoken:
        insist(lambda: finishing.tell(campaign_id, desk.trouble))
    return desk.trouble


def _prepare(campaign_id: int) -> tuple[Check, Desk]:
    campaign = db.session.get_one(Campaign, campaign_id)
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    desk = Desk(
        blueprint=blueprints.ready(campaign),
        transport=connections.transport_to(choosing.server_for(workspace)),
        sender=blueprints.sender_of(campaign, workspace).address,
        workspace_id=workspace.id,
        list_id=campaign.mailing_list_id or 0,
    )
    return Check(campaign), desk


def _send_all(check: Check, desk: Desk, ids: list[int], lease: str) -> None:
    waiting, handed, many = ids, Handed(), FIRST_HANDFUL
    while waiting and not handed.is_held_up and not draining.requested():
        handful, rest = waiting[:many], waiting[many:]
        marked = insist(_commit(check, handful, handed, lease))
        start = time.monotonic()
        handed = desk.hand_over(marked)
        many = _next_handful(len(handed.fates), time.monotonic() - start)
        waiting = handed.untouched + rest
    insist(lambda: recording.record(handed.fates, lease))


def _next_handful(handed: int, seconds: float) -> int:
    """As many as the server takes in a tenth of a second, as it seems now."""
    fitting = handed * HANDFUL_SECONDS / max(seconds, 0.001)
    return int(min(max(fitting, SMALLEST_HANDFUL), LARGEST_HANDFUL))


def _commit(
    check: Check, handful: list[int], before: Handed, lease: str
) -> Callable[[], list[Marked]]:
    def record_and_mark() -> list[Marked]:
        recording.record(before.fates, lease)
        return check.mark(handful, lease)

    return record_and_mark
