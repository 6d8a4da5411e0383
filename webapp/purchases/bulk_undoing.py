"""Undo what an import did to orders and site events, except what somebody touched since."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextClause, text

from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db

# Corrections of this import, each the last word on its order.
_LAST_WORD = """
    SELECT c.* FROM purchase_change c JOIN purchase p ON p.id = c.purchase_id
    WHERE c.source_id = :source_id AND c.source = 'import' AND p.workspace_id = :workspace
        AND NOT EXISTS (SELECT FROM purchase_change later
            WHERE later.purchase_id = c.purchase_id AND later.id > c.id
                AND later.source_id IS DISTINCT FROM :source_id)
"""
_REMOVE = text("""
    DELETE FROM purchase p
    WHERE p.source_id = :source_id AND p.source = 'import' AND p.workspace_id = :workspace
        AND NOT EXISTS (SELECT FROM purchase_change c WHERE c.purchase_id = p.id
            AND c.source_id IS DISTINCT FROM :source_id)
""")
_RESTORE = text(f"""
    UPDATE purchase p SET
        contact_id = coalesce((c.changes #>> '{{contact_id,0}}')::bigint, contact_id),
        placed_at = coalesce((c.changes #>> '{{placed_at,0}}')::timestamptz, placed_at),
        status = coalesce(c.changes #>> '{{status,0}}', status),
        currency = coalesce(c.changes #>> '{{currency,0}}', currency),
        total = coalesce((c.changes #>> '{{total,0}}')::numeric, total),
        discount = coalesce((c.changes #>> '{{discount,0}}')::numeric, discount),
        shipping = coalesce((c.changes #>> '{{shipping,0}}')::numeric, shipping),
        coupon = coalesce(c.changes #>> '{{coupon,0}}', coupon),
        updated_at = :now
    FROM ({_LAST_WORD} AND NOT c.changes ? 'lines') c
    WHERE c.purchase_id = p.id
        AND (NOT c.changes ? 'contact_id' OR EXISTS (SELECT FROM contact
            WHERE id = (c.changes #>> '{{contact_id,0}}')::bigint))
""")  # noqa: S608 - our own words
_REMOVE_LINES = text(f"""
    DELETE FROM purchase_line WHERE purchase_id IN (
        SELECT purchase_id FROM ({_LAST_WORD} AND c.changes ? 'lines') c)
""")  # noqa: S608 - our own words
_RESTORE_LINES = text(f"""
    INSERT INTO purchase_line (purchase_id, position, sku, name, category, quantity,
        unit_price, total)
    SELECT c.purchase_id, line.place - 1, line.told ->> 0, line.told ->> 1, line.told ->> 2,
        (line.told ->> 3)::numeric, (line.told ->> 4)::numeric, (line.told ->> 5)::numeric
    FROM ({_LAST_WORD} AND c.changes ? 'lines') c,
        jsonb_array_elements(c.changes #> '{{lines,0}}')
            WITH ORDINALITY AS line (told, place)
""")  # noqa: S608 - our own words
_TURNED = text(f"""
    INSERT INTO purchase_change (purchase_id, at, source, changes)
    SELECT c.purchase_id, :now, 'undo', (
        SELECT jsonb_object_agg(key, jsonb_build_array(value -> 1, value -> 0))
        FROM jsonb_each(c.changes))
    FROM ({_LAST_WORD}) c
""")  # noqa: S608 - our own words
_FORGET_EVENTS = text("""
    DELETE FROM site_event WHERE source_id = :source_id AND workspace_id = :workspace
""")


@dataclass(frozen=True)
class Undone:
    """Orders that are gone again, orders that are as before, site events that are gone."""

    removed: int
    restored: int
    events: int


def undo(workspace: Workspace, import_id: int) -> Undone:
    """Put everything back as it was before the import; what others changed since stays."""
    db.session.flush()
    told = {"workspace": workspace.id, "source_id": import_id}
    now = {**told, "now": clock.now()}
    removed = _do(_REMOVE, told)
    restored = _do(_RESTORE, now)
    _do(_REMOVE_LINES, told)
    _do(_RESTORE_LINES, told)
    _do(_TURNED, now)
    events = _do(_FORGET_EVENTS, told)
    db.session.expire_all()
    return Undone(removed, restored, events)


def _do(statement: TextClause, told: dict[str, Any]) -> int:
    return int(db.session.execute(statement, told).rowcount)  # type: ignore[attr-defined]
