"""The suppression list as a file: marks, reasons and days; addresses of those alone who are still there."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Row, case, select

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.spreadsheets import as_csv
from webapp.deliverability.models import Suppression
from webapp.deliverability.suppression_files import key_name

COLUMNS = ("email", "mark", "key", "reason", "date", "origin")
ROWS_AT_ONCE = 1000


def lines(workspace: Workspace) -> Iterator[str]:
    """The whole list, read little by little; another workspace of this installation can take it.

    The address of somebody whose data is restricted stays out (GDPR article 18).
    """
    key = key_name()
    rows = db.session.execute(
        select(
            _address().label("email"),
            Suppression.address_hash,
            Suppression.reason,
            Suppression.created_at,
            Suppression.origin,
        )
        .outerjoin(Contact, Contact.id == Suppression.contact_id)
        .where(Suppression.workspace_id == workspace.id)
        .order_by(Suppression.address_hash),
        execution_options={"yield_per": ROWS_AT_ONCE},
    )
    # A generator: the cursor is opened when the file is read, after the request's commit.
    yield from as_csv(COLUMNS, (_cells(row, key) for row in rows))


def _address() -> ColumnElement[str | None]:
    return case((Contact.restricted_at.is_(None), Contact.email))


def _cells(row: Row[*tuple[Any, ...]], key: str) -> tuple[str, ...]:
    day = f"{row.created_at:%Y-%m-%dT%H:%M:%S%z}"
    return row.email or "", row.address_hash.hex(), key, row.reason, day, row.origin
