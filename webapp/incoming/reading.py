"""Who can read what came in by which door."""

from collections.abc import Callable

from webapp.incoming.reports import Report
from webapp.incoming.webhooks.services import SERVICES

Reader = Callable[[bytes], list[Report]]

# Keyed by source: every shape a source sends, as reports.
READERS: dict[str, Reader] = {
    **{source: service.read for source, service in SERVICES.items()},
}
