"""The pages about contacts, one file for each thing one does with them."""

from webapp.contact_pages.views import (
    agreeing,
    editing,
    fields,
    finding,
    proving,
    suppressed,
)
from webapp.contact_pages.views.blueprint import blueprint

__all__ = [
    "agreeing",
    "blueprint",
    "editing",
    "fields",
    "finding",
    "proving",
    "suppressed",
]
