"""Contacts as a file for a spreadsheet program."""

from collections.abc import Iterator

from sqlalchemy import Select

from webapp.accounts.models import Workspace
from webapp.contacts import queries
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.spreadsheets import as_csv

COLUMNS = (
    "email",
    "civility",
    "first_name",
    "last_name",
    "phone",
    "postcode",
    "city",
    "country",
    "birth_date",
    "language",
    "source",
    "created_at",
)
ROWS_AT_ONCE = 1000


def lines(workspace: Workspace, chosen: Select[Contact]) -> Iterator[str]:
    """The chosen contacts with the workspace's own fields, as CSV, read little by little.

    Whoever asked us to restrict the use of their data is left out (GDPR article 18).
    """
    keys = [attribute.key for attribute in queries.attributes(workspace)]
    unrestricted = chosen.where(Contact.restricted_at.is_(None)).order_by(Contact.id)
    contacts = db.session.scalars(
        unrestricted.execution_options(yield_per=ROWS_AT_ONCE)
    )
    rows = (
        (
            *(getattr(contact, column) for column in COLUMNS),
            *(contact.attributes.get(key) for key in keys),
        )
        for contact in contacts
    )
    # A generator: the cursor is opened when the file is read, after the request's commit.
    yield from as_csv((*COLUMNS, *keys), rows)
