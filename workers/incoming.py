"""What comes back at work: read and acted on."""

from webapp.incoming import jobs, processing
from workers.actors import performs


@performs(jobs.process, own_transactions=True)
def process(event_id: int) -> None:
    """Read one thing that came in, and act on it."""
    processing.process(event_id)


@performs(jobs.process_waiting)
def process_waiting() -> None:
    """Ask again for what waits."""
    processing.process_waiting()
