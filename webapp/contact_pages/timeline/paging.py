"""A page of the timeline: the newest of all sources together, then on from the last one shown."""

import heapq
from dataclasses import dataclass
from typing import Any

from webapp.accounts.models import Workspace
from webapp.contact_pages.timeline import buying, keeping, mail
from webapp.contact_pages.timeline.entries import Entry, Place, Source, Window
from webapp.contacts.models import Contact
from webapp.core.i18n import _l

SHOWN = 25
# What can be asked for, and who tells it.
KINDS: dict[str, tuple[Any, tuple[Source, ...]]] = {
    "messages": (_l("Messages"), (mail.messages, mail.reports)),
    "clicks": (_l("Clicks"), (mail.clicks,)),
    "consents": (_l("Consents"), (keeping.consents,)),
    "orders": (_l("Purchases"), (buying.orders, buying.returns, buying.stages)),
    "visits": (_l("Visits of the site"), (buying.visits,)),
    "notes": (_l("Notes"), (keeping.notes,)),
    "changes": (_l("Changes"), (keeping.changes, keeping.acts)),
    "imports": (_l("Imports"), (keeping.imports,)),
    "segments": (_l("Segments"), (keeping.segments,)),
}
# Their order decides between two entries of one moment; it stands in addresses.
_SOURCES = [source for _label, sources in KINDS.values() for source in sources]


@dataclass(frozen=True)
class Page:
    """Entries, newest first, and the place from which older ones are read; None at the end."""

    entries: list[Entry]
    older: Place | None


def page(
    workspace: Workspace,
    contact: Contact,
    *,
    kind: str = "",
    before: Place | None = None,
    shown: int = SHOWN,
) -> Page:
    """What happened with the contact before a place, of one kind or of all."""
    wanted = KINDS[kind][1] if kind in KINDS else _SOURCES
    found = [
        source(Window(workspace, contact, rank, shown + 1, before))
        for rank, source in enumerate(_SOURCES)
        if source in wanted
    ]
    merged = heapq.merge(*found, key=lambda entry: entry.place, reverse=True)
    entries = [entry for _place, entry in zip(range(shown + 1), merged, strict=False)]
    more = len(entries) > shown
    return Page(entries[:shown], entries[shown - 1].place if more else None)
