"""Messages at work: single mails, what was lost of them, and the hits that come back."""

from webapp.messages import ingesting, jobs, last_opens, sending
from workers.actors import performs


@performs(jobs.send_one, own_transactions=True)
def send_one(message_id: int) -> None:
    """Send a confirmation, a notice or a test."""
    sending.send_one(message_id)


@performs(jobs.rescue_unsent)
def rescue_unsent() -> None:
    """Ask again for the mails that wait although they are due."""
    sending.rescue_unsent()


@performs(jobs.ingest_hits)
def ingest_hits() -> None:
    """Take in the hits that the web processes wrote down."""
    ingesting.ingest()


@performs(jobs.take_last_opens)
def take_last_opens() -> None:
    """Take in the days of last opens that the web processes wrote down."""
    last_opens.take()


@performs(jobs.forget_last_opens)
def forget_last_opens(workspace_id: int) -> None:
    """Erase the days of last opens of a workspace that keeps them no more."""
    last_opens.forget(workspace_id)
