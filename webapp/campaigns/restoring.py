"""Whether the database is still the one that was at work a moment ago.

A backup that was restored, a snapshot of a machine, a replica that took over: each may have
forgotten that messages left. What was under way then goes on when a person says so.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select, text
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


def look() -> bool:
    """Hold back what was under way if the database was restored; whether it was.

    Moments are those of the database, so that machines whose clocks differ agree.
    """
    identity, now = _identity(), db.session.scalars(select(func.now())).one()
    known = db.session.get(DatabaseMark, _ONLY, populate_existing=True)
    if known and _is_fresh(known, identity, now):
        return False
    fresh = {"id": _ONLY, "identity": identity, "seen_at": now}
    db.session.execute(insert(DatabaseMark).values(fresh).on_conflict_do_nothing())
    mark = db.session.get_one(
        DatabaseMark, _ONLY, with_for_update=True, populate_existing=True
    )
    is_restored = mark.identity != identity or now - mark.seen_at > ASLEEP
    mark.identity, mark.seen_at = identity, now
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


def _is_fresh(mark: DatabaseMark, identity: str, now: datetime) -> bool:
    return mark.identity == identity and now - mark.seen_at < _WRITTEN_EVERY


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
