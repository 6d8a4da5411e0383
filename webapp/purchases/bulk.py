"""Many orders at once, as an import brings them: the same as one by one, in a handful of statements.

`make_room` lays temporary tables, the caller fills them (COPY or INSERT), `take_in` takes it all in:

- `new_order` (contact_id, shop, number, placed_at, status, currency, total, discount, shipping,
  coupon), one row an order. NULL: nothing is said of it.
- `new_order_line` (shop, number, position, sku, name, category, quantity, unit_price, total). An
  order without any keeps the articles it has.
- `new_order_return` (shop, number, return_number, at, amount, reason).
"""

from dataclasses import dataclass

from sqlalchemy import TextClause, text

from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.purchases import customer_rules
from webapp.purchases.ordering import By

_MAKE = (
    "DROP TABLE IF EXISTS new_order, new_order_line, new_order_return",
    """
    CREATE TEMP TABLE new_order (
        contact_id bigint NOT NULL, shop varchar(40) NOT NULL DEFAULT '',
        number varchar(64) NOT NULL, placed_at timestamptz NOT NULL, status varchar(10),
        currency varchar(3), total numeric(14, 2) NOT NULL, discount numeric(14, 2),
        shipping numeric(14, 2), coupon varchar(60), PRIMARY KEY (shop, number)
    ) ON COMMIT DROP
    """,
    """
    CREATE TEMP TABLE new_order_line (
        shop varchar(40) NOT NULL DEFAULT '', number varchar(64) NOT NULL,
        position smallint NOT NULL, sku varchar(64) NOT NULL DEFAULT '',
        name varchar(200) NOT NULL DEFAULT '', category varchar(120) NOT NULL DEFAULT '',
        quantity numeric(12, 3) NOT NULL DEFAULT 1,
        unit_price numeric(14, 2) NOT NULL DEFAULT 0, total numeric(14, 2) NOT NULL DEFAULT 0,
        PRIMARY KEY (shop, number, position)
    ) ON COMMIT DROP
    """,
    """
    CREATE TEMP TABLE new_order_return (
        shop varchar(40) NOT NULL DEFAULT '', number varchar(64) NOT NULL,
        return_number varchar(64) NOT NULL, at timestamptz NOT NULL,
        amount numeric(14, 2) NOT NULL, reason varchar(200) NOT NULL DEFAULT ''
    ) ON COMMIT DROP
    """,
)
_ADD = text("""
    INSERT INTO purchase (workspace_id, contact_id, shop, number, placed_at, status,
        currency, total, discount, shipping, coupon, source, source_id, created_at, updated_at)
    SELECT :workspace, contact_id, shop, number, placed_at, coalesce(status, 'paid'),
        coalesce(currency, :currency), total, coalesce(discount, 0), coalesce(shipping, 0),
        coalesce(coupon, ''), :source, CAST(:source_id AS bigint), :now, :now
    FROM new_order
    ON CONFLICT (workspace_id, shop, number) DO NOTHING
""")
# What is told otherwise of an order we have: kept as it was, then changed.
_CORRECT = text("""
    WITH told AS MATERIALIZED (
        SELECT p.id, n.contact_id, n.placed_at, coalesce(n.status, p.status) AS status,
            coalesce(n.currency, p.currency) AS currency, n.total,
            coalesce(n.discount, p.discount) AS discount,
            coalesce(n.shipping, p.shipping) AS shipping,
            coalesce(n.coupon, p.coupon) AS coupon
        FROM new_order n
        JOIN purchase p ON (p.workspace_id, p.shop, p.number) = (:workspace, n.shop, n.number)
    ), differing AS MATERIALIZED (
        SELECT t.*, jsonb_strip_nulls(jsonb_build_object(
            'contact_id', CASE WHEN p.contact_id <> t.contact_id
                THEN jsonb_build_array(p.contact_id, t.contact_id) END,
            'placed_at', CASE WHEN p.placed_at <> t.placed_at
                THEN jsonb_build_array(p.placed_at, t.placed_at) END,
            'status', CASE WHEN p.status <> t.status
                THEN jsonb_build_array(p.status, t.status) END,
            'currency', CASE WHEN p.currency <> t.currency
                THEN jsonb_build_array(p.currency, t.currency) END,
            'total', CASE WHEN p.total <> t.total
                THEN jsonb_build_array(p.total::text, t.total::text) END,
            'discount', CASE WHEN p.discount <> t.discount
                THEN jsonb_build_array(p.discount::text, t.discount::text) END,
            'shipping', CASE WHEN p.shipping <> t.shipping
                THEN jsonb_build_array(p.shipping::text, t.shipping::text) END,
            'coupon', CASE WHEN p.coupon <> t.coupon
                THEN jsonb_build_array(p.coupon, t.coupon) END)) AS changes
        FROM told t JOIN purchase p ON p.id = t.id
    ), kept AS (
        INSERT INTO purchase_change (purchase_id, at, source, source_id, user_id, changes)
        SELECT id, :now, :source, CAST(:source_id AS bigint), CAST(:user AS bigint), changes
        FROM differing WHERE changes <> '{}'
    )
    UPDATE purchase p SET contact_id = d.contact_id, placed_at = d.placed_at,
        status = d.status, currency = d.currency, total = d.total, discount = d.discount,
        shipping = d.shipping, coupon = d.coupon, updated_at = :now
    FROM differing d WHERE d.id = p.id AND d.changes <> '{}'
""")
SPOKEN = (
    "jsonb_agg(jsonb_build_array(l.sku, l.name, l.category, l.quantity::text,"
    " l.unit_price::text, l.total::text) ORDER BY l.position)"
)
_COMPARE_LINES = text(f"""
    CREATE TEMP TABLE line_told ON COMMIT DROP AS
    WITH told AS (
        SELECT p.id, {SPOKEN} AS lines
        FROM new_order_line l JOIN purchase p
            ON (p.workspace_id, p.shop, p.number) = (:workspace, l.shop, l.number)
        GROUP BY p.id
    ), known AS (
        SELECT l.purchase_id AS id, {SPOKEN} AS lines
        FROM purchase_line l WHERE l.purchase_id IN (SELECT id FROM told)
        GROUP BY l.purchase_id
    )
    SELECT told.id, known.lines AS before, told.lines AS after
    FROM told LEFT JOIN known ON known.id = told.id
    WHERE known.lines IS DISTINCT FROM told.lines
""")  # noqa: S608 - our own words
_KEEP_LINES = text("""
    INSERT INTO purchase_change (purchase_id, at, source, source_id, user_id, changes)
    SELECT id, :now, :source, CAST(:source_id AS bigint), CAST(:user AS bigint),
        jsonb_build_object('lines', jsonb_build_array(before, after))
    FROM line_told WHERE before IS NOT NULL
""")
_REMOVE_LINES = text("""
    DELETE FROM purchase_line WHERE purchase_id IN (
        SELECT id FROM line_told WHERE before IS NOT NULL)
""")
_ADD_LINES = text("""
    INSERT INTO purchase_line (purchase_id, position, sku, name, category, quantity,
        unit_price, total)
    SELECT p.id, row_number() OVER (PARTITION BY p.id ORDER BY l.position) - 1, l.sku, l.name,
        l.category, l.quantity, l.unit_price, l.total
    FROM new_order_line l
    JOIN purchase p ON (p.workspace_id, p.shop, p.number) = (:workspace, l.shop, l.number)
    WHERE p.id IN (SELECT id FROM line_told)
""")
# No more than was paid: what is beyond is left out, and counted as refused.
_ADD_RETURNS = text("""
    INSERT INTO purchase_return (purchase_id, number, at, amount, reason)
    SELECT p.id, r.return_number, r.at, r.amount, r.reason
    FROM new_order_return r
    JOIN purchase p ON (p.workspace_id, p.shop, p.number) = (:workspace, r.shop, r.number)
    WHERE r.amount > 0 AND p.returned + (
        SELECT sum(o.amount) FROM new_order_return o
        WHERE (o.shop, o.number) = (r.shop, r.number)
            AND NOT EXISTS (SELECT FROM purchase_return k
                WHERE k.purchase_id = p.id AND k.number = o.return_number)) <= p.total
    ON CONFLICT (purchase_id, number) DO NOTHING
""")


@dataclass(frozen=True)
class Taken:
    """How many orders were new, and how many were corrected; articles and returns that came."""

    new: int
    corrected: int
    lines: int
    returns: int


def make_room() -> None:
    """Lay the temporary tables of this transaction, empty."""
    for statement in _MAKE:
        db.session.execute(text(statement))


def take_in(workspace: Workspace, by: By) -> Taken:
    """Take in what stands in the temporary tables; the same orders once more change nothing."""
    db.session.flush()
    told = {
        "workspace": workspace.id,
        "currency": customer_rules.of(workspace).currency,
        "source": by.source,
        "source_id": by.source_id,
        "user": by.user_id,
        "now": clock.now(),
    }
    # The planner knows nothing of tables that were just filled.
    db.session.execute(text("ANALYZE new_order, new_order_line, new_order_return"))
    new = _do(_ADD, told)
    corrected = _do(_CORRECT, told)
    db.session.execute(text("DROP TABLE IF EXISTS line_told"))
    _do(_COMPARE_LINES, told)
    _do(_KEEP_LINES, told)
    _do(_REMOVE_LINES, told)
    lines = _do(_ADD_LINES, told)
    returns = _do(_ADD_RETURNS, told)
    db.session.expire_all()
    return Taken(new, corrected, lines, returns)


def _do(statement: TextClause, told: dict[str, object]) -> int:
    """Do it with those of the values that it names, and say to how many rows."""
    wanted = {name: told[name] for name in statement.compile().params}
    return int(db.session.execute(statement, wanted).rowcount)  # type: ignore[attr-defined]
