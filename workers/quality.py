"""The quality of data at work: profiles looked through, domains asked about, people asked."""

from webapp.quality import (
    asking,
    counting,
    domains,
    jobs,
    looking,
    putting_in_form,
    stopping,
    writing,
)
from workers.actors import performs


@performs(jobs.look_around)
def look_around() -> None:
    """Find the bases that changed."""
    for workspace_id in looking.changed():
        jobs.refresh.enqueue(workspace_id=workspace_id)


@performs(jobs.refresh, own_transactions=True)
def refresh(workspace_id: int) -> None:
    """Look through what changed."""
    counting.refresh(workspace_id)


@performs(jobs.count, own_transactions=True)
def count(workspace_id: int) -> None:
    """Count one base."""
    counting.count(workspace_id)


@performs(jobs.count_everywhere)
def count_everywhere() -> None:
    """Count every base, once a day."""
    for workspace_id in looking.everywhere():
        jobs.count.enqueue(workspace_id=workspace_id)


@performs(jobs.check_domains, own_transactions=True)
def check_domains() -> None:
    """Ask the DNS about some domains."""
    domains.check()


@performs(jobs.tidy, own_transactions=True)
def tidy(workspace_id: int) -> None:
    """Put values into their usual form."""
    putting_in_form.perform(workspace_id)


@performs(jobs.stop_writing, own_transactions=True)
def stop_writing(workspace_id: int) -> None:
    """Suppress the addresses of dead domains."""
    stopping.perform(workspace_id)


@performs(jobs.rescue)
def rescue() -> None:
    """Go on with what the broker lost."""
    looking.rescue()
    asking.rescue()


@performs(jobs.choose)
def choose(round_id: int) -> None:
    """Write down whom a round asks."""
    asking.choose(round_id)


@performs(jobs.ask)
def ask() -> None:
    """Write to those who wait to be asked."""
    writing.write_some()
