"""Many site events at once, as an import brings them, by the same rules as one.

The caller lays `new_event` with `make_room` and fills it: contact_id, name, at, properties, key.
"""

from dataclasses import dataclass

from sqlalchemy import Select, column, func, literal, select, table, text
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.consent import gate, purposes
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.purchases import eventing
from webapp.purchases.models import SiteEvent, SiteEventName

_COLUMNS = ("contact_id", "name", "at", "properties", "key")
_NEW = table("new_event", *map(column, _COLUMNS))
_MAKE = (
    "DROP TABLE IF EXISTS new_event",
    """
    CREATE TEMP TABLE new_event (contact_id bigint NOT NULL, name varchar(60) NOT NULL,
        at timestamptz NOT NULL, properties jsonb NOT NULL DEFAULT '{}', key varchar(80))
    ON COMMIT DROP
    """,
)


@dataclass(frozen=True)
class Kept:
    """Events that are new, and those of people who do not agree to be measured: not kept."""

    new: int
    unmeasured: int


def make_room() -> None:
    """Lay the temporary table of this transaction, empty."""
    for statement in _MAKE:
        db.session.execute(text(statement))


def take_in(workspace: Workspace, source_id: int | None = None) -> Kept:
    """Keep the events of people who agree to be measured now; told again, they are kept once.

    :raises TooManyNames: and nothing is kept.
    """
    db.session.flush()
    measured = _measured(workspace)
    unmeasured = db.session.scalar(
        select(func.count()).select_from(_NEW).where(_NEW.c.contact_id.not_in(measured))
    )
    kept = select(
        literal(workspace.id),
        *(_NEW.c[name] for name in _COLUMNS),
        literal(source_id, SiteEvent.source_id.type),
    ).where(_NEW.c.contact_id.in_(measured))
    told = insert(SiteEvent).from_select(["workspace_id", *_COLUMNS, "source_id"], kept)
    done = db.session.execute(
        told.on_conflict_do_nothing(index_elements=["workspace_id", "key"]),
        execution_options={"preserve_rowcount": True},
    )
    _remember_names(workspace)
    return Kept(int(done.rowcount), unmeasured or 0)  # type: ignore[attr-defined]


def _measured(workspace: Workspace) -> Select[int]:
    found = select(Contact.id).where(
        Contact.workspace_id == workspace.id,
        Contact.id.in_(gate.agreeing(purposes.measuring(workspace).clicks)),
        gate.usable(),
    )
    return found if workspace.measures_clicks else found.where(text("false"))


def _remember_names(workspace: Workspace) -> None:
    now = literal(clock.now())
    names = select(literal(workspace.id), _NEW.c.name, now, now).distinct()
    told = insert(SiteEventName).from_select(
        ["workspace_id", "name", "first_at", "last_at"], names
    )
    db.session.execute(
        told.on_conflict_do_update(
            index_elements=["workspace_id", "name"],
            set_={"last_at": told.excluded.last_at},
        )
    )
    count = select(func.count()).where(SiteEventName.workspace_id == workspace.id)
    if (db.session.scalar(count) or 0) > eventing.MOST_NAMES:
        raise eventing.TooManyNames
