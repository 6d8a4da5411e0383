"""One turn of a deliverer: mark, look again, send and write down, handful by handful."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from webapp.accounts.models import Workspace
from webapp.campaigns import blueprints, claiming, deliverers, finishing, recording
from webapp.campaigns.checking import Check
from webapp.campaigns.deliverers import Post
from webapp.campaigns.handing_over import Desk
from webapp.campaigns.models import Campaign
from webapp.campaigns.recording import Fate
from webapp.core import clock, draining
from webapp.core.db import db, transaction
from webapp.core.errors import DomainError
from webapp.deliverability import connections, sender_domains
from webapp.deliverability.transports import Outcome, Result
from webapp.deliverability.transports.smtp_server import SmtpServer
from webapp.lanes import hearing
from webapp.messages.models import Status
from webapp.messages.outcomes import Decision

log = logging.getLogger(__name__)

# A handful is what a server takes in a tenth of a second: that many messages are in doubt
# after a crash, at most, for each deliverer. A slow server is given few, a fast one many.
HANDFUL_SECONDS = 0.1
FIRST_HANDFUL = 20
SMALLEST_HANDFUL = 5
LARGEST_HANDFUL = 500
# A turn ends after so long, so that others have theirs.
TURN_SECONDS = 5.0
# Who needs longer for a message mostly waits for the server.
WAITS_SECONDS = 0.005
# While the database is away, what was sent waits to be written down.
INSIST_SECONDS = 300.0
_PAUSE_SECONDS = 0.25

Answer = TypeVar("Answer")


def insist(work: Callable[[], Answer]) -> Answer:
    """Do it in a transaction of its own, again and again while the database is away."""
    deadline = time.monotonic() + INSIST_SECONDS
    while True:
        try:
            with transaction():
                return work()
        # Internal: after a failover, the old server may answer for a while, read-only.
        except (OperationalError, InterfaceError, InternalError) as error:
            if time.monotonic() > deadline:
                raise
            log.warning("The database is away: %s", type(error).__name__)
            time.sleep(_PAUSE_SECONDS)


def work_off(post: Post) -> None:
    """Deliver from this post until its turn is over; nothing stays in flight."""
    try:
        check, desk = insist(lambda: _prepare(post))
    except DomainError as error:
        trouble = error.message
        insist(lambda: finishing.tell(post.campaign_id, trouble))
        insist(lambda: deliverers.leave(post, 0))
        return
    except Exception:
        # A place that nobody works at would be missed by the other campaigns.
        insist(lambda: deliverers.leave(post, 0))
        raise
    turn = _Turn(post, check, desk)
    try:
        turn.play()
    except claiming.LeaseIsLost:
        log.warning("A deliverer lost its lease")
        turn.write_down()
        return
    finally:
        # Each turn opens connections of its own: no lane has more than it may.
        desk.transport.close()
    turn.end()


@dataclass
class _Turn:
    post: Post
    check: Check
    desk: Desk
    fates: list[Fate] = field(default_factory=list)
    heard: list[Outcome] = field(default_factory=list)
    many: int = field(default_factory=lambda: FIRST_HANDFUL)
    handed: int = 0
    is_stopped: bool = False
    waits: bool = False

    def play(self) -> None:
        deadline = time.monotonic() + TURN_SECONDS
        while (
            not self.is_stopped
            and not draining.requested()
            and self.handed < self.post.messages
            and time.monotonic() < deadline
        ):
            ids = insist(self._commit)
            if not ids:
                return
            self._hand_over(ids)

    def end(self) -> None:
        """Write the last answers down, leave, and say what holds the campaign up."""
        insist(self._leave)
        insist(self._tell)

    def write_down(self) -> None:
        """Keep what is known of messages that were taken from us."""
        insist(self._record)

    def _commit(self) -> list[int]:
        """Write the answers of the last handful down and mark the next, at once."""
        self._record()
        post = self.post
        left = post.messages - self.handed
        many = min(self.many, self.desk.most, left)
        return claiming.mark(
            post.lease,
            post.campaign_id,
            post.provider,
            many,
            waits=self.waits,
            room=left - many,
        )

    def _hand_over(self, ids: list[int]) -> None:
        self.fates = []
        marked_at = clock.now()
        look = insist(lambda: self.check.look(ids, marked_at))
        start = time.monotonic()
        handed = self.desk.hand_over(look.going, marked_at)
        seconds = time.monotonic() - start
        skipped = [
            Fate(number, Decision(Status.SKIPPED, reason=reason))
            for number, reason in look.stopped.items()
        ]
        self.fates = handed.fates + skipped
        self.handed += len(handed.heard)
        self._listen(handed.heard)
        self.waits = seconds > WAITS_SECONDS * max(len(handed.heard), 1)
        self.many = _next_handful(len(handed.heard), seconds)
        self.is_stopped = self.is_stopped or self.desk.trouble is not None

    def _leave(self) -> None:
        self._record()
        # An answer to the commit may be lost: the second time, nothing is counted again.
        if deliverers.leave(self.post, self.handed) and self.heard:
            hearing.heard(self.post.lane_id, self.heard)

    def _tell(self) -> None:
        """What one provider says holds nobody else up."""
        desk, campaign_id = self.desk, self.post.campaign_id
        if desk.trouble is not None and deliverers.goes_on_without(self.post):
            return
        if desk.trouble is not None or desk.has_spoken:
            finishing.tell(campaign_id, desk.trouble)

    def _listen(self, answers: list[Outcome]) -> None:
        """What is not plainly accepted may close the lane, at once."""
        self.heard += answers
        if all(one.result is Result.ACCEPTED for one in answers):
            return
        heard, self.heard = self.heard, []
        verdict = insist(lambda: hearing.heard(self.post.lane_id, heard))
        if verdict.stop:
            self.is_stopped = True
            self.desk.trouble = self.desk.trouble or verdict.words

    def _record(self) -> None:
        recording.record(self.fates, self.post.lease, self.post.way.server_id)


def _prepare(post: Post) -> tuple[Check, Desk]:
    campaign = db.session.get_one(Campaign, post.campaign_id)
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    server = post.way.server
    if isinstance(server, SmtpServer):
        most = min(server.messages_per_connection, post.messages_per_connection)
        server = replace(server, messages_per_connection=most)
    sender = blueprints.sender_of(campaign, workspace).address
    desk = Desk(
        blueprint=blueprints.ready(campaign),
        transport=connections.transport_to(server),
        sender=sender,
        workspace_id=workspace.id,
        list_id=campaign.mailing_list_id or 0,
        return_host=sender_domains.return_path_host(workspace, sender),
    )
    return Check(campaign), desk


def _next_handful(handed: int, seconds: float) -> int:
    """As many as the server takes in a tenth of a second, as it seems now."""
    fitting = handed * HANDFUL_SECONDS / max(seconds, 0.001)
    return int(min(max(fitting, SMALLEST_HANDFUL), LARGEST_HANDFUL))
