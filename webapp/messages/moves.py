"""Where a message may go from where it stands, and where it stays for good."""

from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.messages.models import Status

MOVES: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset(
        {Status.CLAIMED, Status.SENDING, Status.SKIPPED, Status.FAILED}
    ),
    # Given back, or taken away from a worker that died before it wrote a byte.
    Status.CLAIMED: frozenset(
        {
            Status.PENDING,
            Status.DEFERRED,
            Status.SENDING,
            Status.SKIPPED,
            Status.FAILED,
        }
    ),
    # Back in hand: marked, and the transport was stopped before it came to it.
    Status.SENDING: frozenset(
        {
            Status.CLAIMED,
            Status.PENDING,
            Status.DEFERRED,
            Status.SENT,
            Status.BOUNCED,
            Status.FAILED,
            Status.UNCERTAIN,
        }
    ),
    Status.DEFERRED: frozenset(
        {
            Status.CLAIMED,
            Status.SENDING,
            Status.SKIPPED,
            Status.FAILED,
            Status.UNCERTAIN,
        }
    ),
    # A person decides to send it again, or a delivery report tells what became of it.
    Status.UNCERTAIN: frozenset({Status.PENDING, Status.SENT, Status.BOUNCED}),
    # Accepted by the server, refused later on (RFC 3464).
    Status.SENT: frozenset({Status.BOUNCED}),
    Status.BOUNCED: frozenset(),
    Status.FAILED: frozenset(),
    Status.SKIPPED: frozenset(),
}

FINAL = frozenset(
    {
        Status.SENT,
        Status.BOUNCED,
        Status.FAILED,
        Status.UNCERTAIN,
        Status.SKIPPED,
    }
)
WAITING = frozenset({Status.PENDING, Status.DEFERRED})
IN_HAND = frozenset({Status.CLAIMED, Status.SENDING})


class MoveNotAllowed(DomainError):
    """A message cannot go from where it stands to there."""

    message = _l("This message has moved on in the meantime.")


def check(before: str, after: Status) -> None:
    """Refuse what the table does not list.

    :raises MoveNotAllowed: for any other move.
    """
    if after not in MOVES[Status(before)]:
        raise MoveNotAllowed


def sources(after: Status) -> list[str]:
    """The states from which a message may come here, for an UPDATE of many."""
    return sorted(before for before, to in MOVES.items() if after in to)
