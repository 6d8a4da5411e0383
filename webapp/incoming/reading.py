"""Who can read what came in by which door."""

from collections.abc import Callable

from webapp.incoming import mail_reading
from webapp.incoming.models import Source
from webapp.incoming.reports import Report
from webapp.incoming.webhooks.services import SERVICES

Reader = Callable[[bytes], list[Report]]

# Keyed by source: every shape a source sends, as reports.
READERS: dict[str, Reader] = {
    Source.LMTP: mail_reading.read,
    Source.IMAP: mail_reading.read,
    **{source: service.read for source, service in SERVICES.items()},
}
