"""The months of hits: a table each, made ahead, dropped when nothing is left in them."""

from datetime import date, datetime

from psycopg import sql
from sqlalchemy import text

from webapp.core import clock, months
from webapp.core.db import db

# Made so long before they are needed that a job may fail for weeks; a hit of a month that is
# not there all the same is kept with the others.
AHEAD = 3
SCHEMA = "hit_months"
# Nobody waits behind us: a month that cannot be had at once is tried again the next day.
_IMPATIENT = text("SET LOCAL lock_timeout = '1s'")
_KNOWN = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = :schema AND c.relkind = 'r' ORDER BY c.relname"
)
_OTHER = "other"


def known() -> list[date]:
    """The months that have a table."""
    names = db.session.scalars(_KNOWN, {"schema": SCHEMA})
    return [_month(name) for name in names if name != _OTHER]


def make_ahead() -> None:
    """Make the tables of this month and the next ones, where they lack."""
    db.session.execute(_IMPATIENT)
    this = clock.now().date().replace(day=1)
    there = set(known())
    for number in range(AHEAD + 1):
        month = months.after(this, number)
        if month not in there:
            _make(month)


def drop_empty(before: date) -> list[date]:
    """Drop the tables of the months before, where nothing is left in them; gives those dropped."""
    db.session.execute(_IMPATIENT)
    dropped = []
    for month in known():
        if month < before and not _holds(month):
            _do("DROP TABLE {table}", month)
            dropped.append(month)
    return dropped


def _make(month: date) -> None:
    """Beside, then attached: hits are read and written meanwhile.

    What came before its table was there moves in from where it was kept.
    """
    start, end = _moment(month), _moment(months.after(month, 1))
    _do("CREATE TABLE {table} (LIKE hit INCLUDING DEFAULTS INCLUDING INDEXES)", month)
    _do(
        "WITH kept AS (DELETE FROM hit_months.other"
        " WHERE at >= {start} AND at < {end} RETURNING *)"
        " INSERT INTO {table} SELECT * FROM kept",
        month,
        start=start,
        end=end,
    )
    _do(
        "ALTER TABLE hit ATTACH PARTITION {table} FOR VALUES FROM ({start}) TO ({end})",
        month,
        start=start,
        end=end,
    )


def _holds(month: date) -> bool:
    return bool(_do("SELECT EXISTS (SELECT FROM {table})", month))


def _do(statement: str, month: date, **values: datetime) -> object:
    composed = sql.SQL(statement).format(
        table=sql.Identifier(SCHEMA, _name(month)),
        **{name: sql.Literal(value) for name, value in values.items()},
    )
    done = db.session.connection().exec_driver_sql(composed.as_string())
    return done.scalar() if done.returns_rows else None


def _name(month: date) -> str:
    return f"m{month:%Y_%m}"


def _month(name: str) -> date:
    return date(int(name[1:5]), int(name[6:8]), 1)


def _moment(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=clock.now().tzinfo)
