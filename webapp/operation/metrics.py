"""The figures of this installation in Prometheus' words; none is about a person."""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from webapp.consent import verifications
from webapp.messages import journal
from webapp.operation import queries


class _Installation(Collector):
    """Reads the database at each scrape, so that every process tells the same."""

    def __init__(self, journal_dir: Path) -> None:
        self.journal_dir = journal_dir

    def collect(self) -> Iterator[Metric]:
        backlog = queries.backlog()
        yield _gauge("messages_due", "Messages due and not in hand", backlog.messages)
        yield _gauge(
            "oldest_due_seconds",
            "For how long the oldest due message has waited",
            backlog.oldest_seconds,
        )
        yield _gauge("messages_in_hand", "Messages held by a worker", queries.in_hand())
        yield _gauge(
            "campaigns_in_trouble",
            "Campaigns that wait for something to be mended",
            queries.campaigns_in_trouble(),
        )
        yield _gauge(
            "ledgers_broken",
            "Ledgers whose last verification found a fault",
            verifications.count_broken(),
        )
        yield _gauge("jobs_queued", "Wake-ups in PostgreSQL", queries.queued_jobs())
        yield _gauge(
            "journal_bytes", "Hits not yet in PostgreSQL", self._journal_bytes()
        )
        campaigns = GaugeMetricFamily(
            "volontiers_campaigns", "Campaigns by status", labels=["status"]
        )
        for status, count in sorted(queries.campaigns_by_status().items()):
            campaigns.add_metric([status], count)
        yield campaigns

    def _journal_bytes(self) -> int:
        files = self.journal_dir.glob("*") if self.journal_dir.is_dir() else ()
        return sum(journal.used(path) for path in files if path.is_file())


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"volontiers_{name}", words, value=value)


def exposition(journal_dir: Path) -> bytes:
    """All figures in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Installation(journal_dir))
    return generate_latest(registry)
