"""Hand over one mail that is no newsletter: tried for a day, the same bytes each time."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.accounts.models import Workspace
from webapp.consent import gate
from webapp.consent.models import Purpose
from webapp.contacts.models import Contact
from webapp.core import addresses, clock
from webapp.core.db import db, make_durable, transaction
from webapp.deliverability import choosing, connections, mail_domains
from webapp.deliverability.choosing import Way
from webapp.deliverability.transports import Envelope, Outcome, Result, Stage
from webapp.deliverability.transports.kinds import Server
from webapp.lanes import hearing, providers
from webapp.messages import jobs, leases, letters, moves, outcomes, queries
from webapp.messages.models import Kind, Message, Status

# Who asked for a confirmation is not there any more the day after.
EXPIRY = timedelta(hours=24)
UNREACHABLE = "unreachable"
UNWRITABLE = "unwritable"
NOWHERE = "no_server"


@dataclass(frozen=True)
class _Taken:
    envelope: Envelope
    server: Server
    # By which server and for whom; None where the mail reaches nobody.
    lane: tuple[int | None, str] | None
    # A stranger typed the address, and the mail does go out into the world.
    is_in_doubt: bool


def send_one(message_id: int) -> None:
    """Send a mail that is due; a second call for the same mail does nothing.

    It is marked before its first byte leaves. Unlike a newsletter, a mail of which
    nobody knows whether it arrived is sent again, with the same Message-ID.
    """
    with leases.held() as lease:
        taken = _take(message_id, lease)
        if taken:
            outcome = _hand_over(taken)
            _record(message_id, lease, outcome)
            _tell_lane(taken, outcome)


def rescue_unsent() -> None:
    """Ask again for what the broker lost, and take over from workers that died."""
    for message in queries.lost_in_sending():
        _settle(message, Outcome(message.id, Result.UNCERTAIN, stage=Stage.BODY))
    for message_id in queries.claim_overdue(until=clock.now() + leases.duration()):
        jobs.send_one.enqueue(message_id=message_id)


def _take(message_id: int, lease: str) -> _Taken | None:
    with transaction():
        make_durable()
        message = queries.lock_due(message_id)
        if message is None:
            return None
        if clock.now() >= _expires_at(message):
            _finish(message, _stale(message))
            return None
        return _prepare(message, lease)


def _prepare(message: Message, lease: str) -> _Taken | None:
    workspace = db.session.get_one(Workspace, message.workspace_id)
    contact = db.session.get(Contact, message.contact_id or 0)
    recipient = contact.email if contact else message.recipient
    if not recipient:
        _finish(message, outcomes.Decision(Status.SKIPPED, reason=UNREACHABLE))
        return None
    stopped = _stopped(message, contact)
    if stopped:
        _finish(message, outcomes.Decision(Status.SKIPPED, reason=stopped))
        return None
    message.dated_at = message.dated_at or clock.now()
    try:
        way = _way(workspace, message)
        letter = letters.write(message, workspace, contact, recipient)
    except choosing.EveryServerIsOff:
        message.not_before = clock.now() + outcomes.WAIT_FOR_US
        return None
    except choosing.NoMailServer:
        _finish(message, outcomes.Decision(Status.SKIPPED, reason=NOWHERE))
        return None
    except letters.CannotBeWritten:
        _finish(message, outcomes.Decision(Status.FAILED, reason=UNWRITABLE))
        return None
    moves.check(message.status, Status.SENDING)
    message.status, message.mail_server_id = Status.SENDING, way.server_id
    message.provider = providers.find(addresses.domain(recipient))
    message.attempts += 1
    message.leased_by, message.leased_until = lease, clock.now() + leases.duration()
    goes_out = not choosing.goes_to_mailbox(workspace)
    return _Taken(
        Envelope(message.id, letter.sender, recipient, letter.body),
        way.server,
        lane=(way.server_id, message.provider) if goes_out else None,
        is_in_doubt=goes_out and message.kind == Kind.CONFIRMATION,
    )


def _way(workspace: Workspace, message: Message) -> Way:
    """One of the ways by its share; after trouble with a server, another one if there is."""
    ways = choosing.ways(workspace)
    # What waits for a server is pending; what a person's server put off is deferred.
    troubled = {message.mail_server_id} if message.status == Status.PENDING else set()
    at = random.random()  # noqa: S311 - no secret
    return choosing.pick(ways, troubled, at=at) or ways[0]


def _stopped(message: Message, contact: Contact | None) -> str:
    """Why the gate stops it at the last moment; empty when it does not, or is not to be asked."""
    purpose = db.session.get(Purpose, message.content.get("purpose") or 0)
    if purpose is None or contact is None:
        return ""
    return gate.explain(contact, purpose).reason or ""


def _hand_over(taken: _Taken) -> Outcome:
    envelope = taken.envelope
    if taken.is_in_doubt and mail_domains.refuses_all(
        addresses.domain(envelope.rcpt_to)
    ):
        # As the server would say later, at the price of our good name (RFC 7505 section 4.2).
        return Outcome(
            envelope.key,
            Result.REFUSED,
            enhanced="5.1.10",
            text="The domain takes no mail",
            stage=Stage.LOCAL,
        )
    transport = connections.transport_to(taken.server)
    [outcome] = transport.send([envelope])
    return outcome


def _record(message_id: int, lease: str, outcome: Outcome) -> None:
    with transaction():
        message = queries.lock_in_hand(message_id, lease)
        if message:
            _settle(message, outcome)


def _tell_lane(taken: _Taken, outcome: Outcome) -> None:
    """A single mail waits for no lane; what is answered to it concerns the others too."""
    if taken.lane and outcome.stage is not Stage.LOCAL:
        with transaction():
            hearing.heard_unasked(*taken.lane, outcome)


def _settle(message: Message, outcome: Outcome) -> None:
    decision = outcomes.decide(outcome, message.attempts, resend_uncertain=True)
    if decision.wait and message.reason == outcomes.UNCERTAIN:
        # Once in doubt, in doubt until an attempt ends well.
        decision = outcomes.Decision(
            Status.DEFERRED, decision.wait, outcomes.UNCERTAIN, decision.burned
        )
    now = clock.now()
    message.smtp_code, message.smtp_reply = outcome.code or None, outcome.text
    _finish(message, outcomes.settle(decision, now, _expires_at(message)))


def _finish(message: Message, decision: outcomes.Decision) -> None:
    moves.check(message.status, decision.status)
    message.status, message.reason = decision.status, decision.reason
    message.leased_by = message.leased_until = None
    if not decision.burned:
        message.attempts -= 1
    if decision.wait:
        message.not_before = clock.now() + decision.wait
    if decision.status in moves.FINAL:
        message.finished_at = clock.now()
        message.content, message.recipient = {}, ""


def _stale(message: Message) -> outcomes.Decision:
    if message.reason == outcomes.UNCERTAIN:
        return outcomes.Decision(Status.UNCERTAIN)
    return outcomes.Decision(Status.FAILED, reason=outcomes.EXPIRED)


def _expires_at(message: Message) -> datetime:
    return message.created_at + EXPIRY
