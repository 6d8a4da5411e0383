"""The pages about contacts, one file for each thing one does with them."""

from webapp.contact_pages.views import (
    agreeing,
    editing,
    exporting_proofs,
    fields,
    finding,
    following,
    noting,
    profile,
    proving,
    suppressed,
    weighing,
)
from webapp.contact_pages.views.blueprint import blueprint
from webapp.contact_pages.views.exporting_proofs import blueprint as proofs
from webapp.contact_pages.views.suppressed import blueprint as suppressions

__all__ = [
    "agreeing",
    "blueprint",
    "editing",
    "exporting_proofs",
    "fields",
    "finding",
    "following",
    "noting",
    "profile",
    "proofs",
    "proving",
    "suppressed",
    "suppressions",
    "weighing",
]
