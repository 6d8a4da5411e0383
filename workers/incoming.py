"""What comes back at work: read and acted on."""

from webapp.incoming import collecting, jobs, processing, refusals, retaining
from webapp.incoming.webhooks import confirming, forgetting
from workers.actors import performs


@performs(jobs.process, own_transactions=True)
def process(event_id: int) -> None:
    """Read one thing that came in, and act on it."""
    processing.process(event_id)


@performs(jobs.process_waiting)
def process_waiting() -> None:
    """Ask again for what waits."""
    processing.process_waiting()


@performs(jobs.confirm_topics, own_transactions=True)
def confirm_topics() -> None:
    """Say yes to the topics that wait for it."""
    confirming.confirm_topics()


@performs(jobs.forget_words)
def forget_words() -> None:
    """Forget what signatures can be copied with no more."""
    forgetting.forget_words()


@performs(jobs.take_refusals)
def take_refusals() -> None:
    """Act on what servers refused while we sent."""
    refusals.take()


@performs(jobs.collect_all)
def collect_all() -> None:
    """Ask for a visit to every mailbox."""
    collecting.collect_all()


@performs(jobs.collect, own_transactions=True)
def collect(mailbox_id: int) -> None:
    """Take what is new in a mailbox."""
    collecting.collect(mailbox_id)


@performs(jobs.purge)
def purge() -> None:
    """Empty and forget what is old."""
    retaining.purge()
