"""The pages about contacts, one file for each thing one does with them."""

from webapp.contact_pages.views import agreeing, editing, fields, finding, suppressed
from webapp.contact_pages.views.blueprint import blueprint

__all__ = ["agreeing", "blueprint", "editing", "fields", "finding", "suppressed"]
