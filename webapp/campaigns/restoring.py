"""Whether the database is still the one that was at work a moment ago.

A backup that was restored, a snapshot of a machine, a replica that took over: each may have
forgotten that messages left. What was under way then goes on when a person says so.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Row, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from webapp.accounts.models import Workspace
from webapp.campaigns import holding, reader_hours
from webapp.campaigns.models import Campaign, DatabaseMark, Status
from webapp.core import clock
from webapp.core.db import db
from webapp.core.i18n import _, speaking

# Nobody worked with this database for so long: it slept, or time passed it by.
ASLEEP = timedelta(minutes=60)
_WRITTEN_EVERY = timedelta(minutes=1)
_ONLY = 1
# The cluster, the database within it, and how often another server took over.
_IDENTITY = text(
    "SELECT system_identifier::text || ':' ||"
    " (SELECT oid FROM pg_database WHERE datname = current_database()) || ':' ||"
    " left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) FROM pg_control_system()"
)

_TRANSACTION: Any = literal_column("pg_current_xact_id()::text::bigint", BigInteger)
# A row that a dump brought back was written by another transaction than it says.
_MARK: Any = select(
    DatabaseMark.identity,
    (func.now() - DatabaseMark.seen_at).label("age"),
    literal_column("xmin::text::bigint = written_by % 4294967296").label("is_original"),
).where(DatabaseMark.id == _ONLY)


def look() -> bool:
    """Hold back what was under way if the database was restored; whether it was.

    Moments are those of the database, so that machines whose clocks differ agree.
    """
    identity = _identity()
    known = db.session.execute(_MARK).one_or_none()
    if known and _is_itself(known, identity) and known.age < _WRITTEN_EVERY:
        return False
    if known:
        # Only one at a time decides; whoever comes second finds it decided.
        known = db.session.execute(_MARK.with_for_update(of=DatabaseMark)).one()
    is_restored = known is not None and not (
        _is_itself(known, identity) and known.age <= ASLEEP
    )
    fresh = {"identity": identity, "seen_at": func.now(), "written_by": _TRANSACTION}
    mark = insert(DatabaseMark).values(id=_ONLY, **fresh)
    db.session.execute(mark.on_conflict_do_update(index_elements=["id"], set_=fresh))
    if is_restored:
        _hold_back()
    return is_restored


def _identity() -> str:
    """What a copy of the database has not; empty where the server does not tell."""
    try:
        with db.session.begin_nested():
            return str(db.session.scalar(_IDENTITY))
    except DBAPIError:
        return ""


def _is_itself(mark: Row[Any], identity: str) -> bool:
    return bool(mark.is_original) and mark.identity == identity


def _hold_back() -> None:
    under_way = select(Campaign).where(Campaign.status == Status.SENDING)
    for campaign in db.session.scalars(under_way.with_for_update()).all():
        campaign.status = Status.PAUSED
        _ask(campaign)
    due = select(Campaign).where(
        Campaign.status == Status.SCHEDULED,
        Campaign.trouble == "",
        reader_hours.beginning() <= clock.now(),
    )
    for campaign in db.session.scalars(due.with_for_update()).all():
        _ask(campaign)


def _ask(campaign: Campaign) -> None:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    with speaking(workspace.locale):
        words = _(
            "The database was restored from a backup, or stood still for more than an "
            "hour. Some of these messages may have left since: compare with your mail "
            "server’s log before you go on."
        )
    holding.ask(campaign, words)
