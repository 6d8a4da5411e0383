"""Subscriptions at work: remind once, then forget what nobody confirmed."""

from webapp.subscriptions import (
    address_changes,
    again,
    blocks,
    jobs,
    purging,
    reminding,
)
from workers.actors import performs


@performs(jobs.send_again)
def send_again(mailing_list_id: int, mark: str) -> None:
    """Send a confirmation mail once more, if one waits for its answer."""
    again.send(mailing_list_id, mark)


@performs(jobs.remind_unconfirmed)
def remind_unconfirmed() -> None:
    """Remind of sign-ups that wait to be confirmed."""
    reminding.remind_unconfirmed()


@performs(jobs.purge_unconfirmed)
def purge_unconfirmed() -> None:
    """Remove old requests, the people who were never anything else, and moves that are over."""
    purging.purge_unconfirmed()
    blocks.forget_old()
    address_changes.purge()
