"""The figures of some lines: what would change, field by field, and who could be written to then.

The dry run and the run count with the same statements, the run just before it writes.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    case,
    column,
    func,
    not_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from webapp.consent import gate
from webapp.consent.answers import NOTHING, Reason
from webapp.consent.models import Purpose
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.imports import weighing
from webapp.imports.models import ImportRow
from webapp.imports.weighing import NEW, REFUSED, UNCHANGED, UPDATED, Scales, Span
from webapp.subscriptions.models import MailingList

# So many lines of each kind are shown as examples; their numbers are kept, nothing of theirs.
SAMPLES = 10
MAILABLE = "mailable"
Figures = dict[str, Any]


def count(scales: Scales, span: Span, lists: list[MailingList]) -> Figures:
    """The figures of the lines of one span."""
    weighed = scales.weighed(span).cte("weighed").prefix_with("MATERIALIZED")
    found: Figures = {"samples": {}, "refusals": {}, "suppressed": 0}
    _count_verdicts(found, weighed)
    if found.get(UPDATED):
        found["filled"], found["replaced"] = _by_field(scales, weighed)
    found["left_out"] = _left_out(scales, span)
    found["lists"] = {
        str(one.id): _by_reason(scales, span, one.purpose_id) for one in lists
    }
    return found


def add(known: Mapping[str, Any], more: Mapping[str, Any]) -> Figures:
    """Two figures as one; of the samples, the first are kept."""
    both = dict(known)
    for name, value in more.items():
        before = both.get(name)
        if isinstance(value, Mapping):
            both[name] = add(before or {}, value)
        elif isinstance(value, list):
            both[name] = [*(before or []), *value][:SAMPLES]
        else:
            both[name] = (before or 0) + value
    return both


def counted(figures: Mapping[str, Any]) -> Counter[str]:
    """The figures for a page: what is not there is nought, at every level."""
    nested: dict[str, Any] = {
        name: counted(value) if isinstance(value, Mapping) else value
        for name, value in figures.items()
    }
    return Counter(nested)


def same(expected: Mapping[str, Any], done: Mapping[str, Any]) -> bool:
    """Whether the run did what the dry run had said."""
    return _bare(expected) == _bare(done)


def _bare(figures: Mapping[str, Any]) -> Figures:
    ignored = {"samples", "lines", "done"}
    bare = {name: value for name, value in figures.items() if name not in ignored}
    return {
        name: _bare(value) if isinstance(value, Mapping) else value
        for name, value in bare.items()
        if value not in (0, {}, [])
    }


def _count_verdicts(found: Figures, weighed: Any) -> None:
    in_order = aggregate_order_by(weighed.c.line, weighed.c.line)
    lines = func.array_agg(in_order, type_=ARRAY(Integer))
    rows = db.session.execute(
        select(
            weighed.c.verdict,
            weighed.c.fault,
            func.count(),
            func.count().filter(weighed.c.suppressed),
            lines[1:SAMPLES],
        ).group_by(weighed.c.verdict, weighed.c.fault)
    )
    for verdict, fault, number, suppressed, sample in rows:
        found[verdict] = found.get(verdict, 0) + number
        known = found["samples"].get(verdict, [])
        found["samples"][verdict] = sorted([*known, *sample])[:SAMPLES]
        if verdict == REFUSED:
            found["refusals"][fault] = number
        elif verdict in {NEW, UPDATED, UNCHANGED}:
            found["suppressed"] += suppressed


def _by_field(scales: Scales, weighed: Any) -> tuple[Figures, Figures]:
    given, replaced = weighed.c.given, weighed.c.replaced
    counted = []
    for name in scales.names:
        changed = and_(weighed.c.verdict == UPDATED, given.has_key(name))
        counted += [
            func.count().filter(changed, not_(replaced.has_key(name))),
            func.count().filter(changed, replaced.has_key(name)),
        ]
    row = db.session.execute(select(*counted)).one()
    filled = dict(zip(scales.names, row[::2], strict=True))
    over = dict(zip(scales.names, row[1::2], strict=True))
    return _positive(filled), _positive(over)


def _positive(counts: dict[str, int]) -> Figures:
    return {name: number for name, number in counts.items() if number}


def _left_out(scales: Scales, span: Span) -> Figures:
    cells = (
        func.jsonb_array_elements(ImportRow.left_out)
        .table_valued("value")
        .lateral("cell")
    )
    place = cells.c.value.op("->>")(0)
    rows = db.session.execute(
        select(place, func.count())
        .select_from(ImportRow)
        .join(cells, ImportRow.left_out.is_not(None))
        .where(*scales.rows(span), *weighing.TAKEN)
        .group_by(place)
    )
    return {row[0]: row[1] for row in rows}


def _by_reason(scales: Scales, span: Span, purpose_id: int) -> Figures:
    """How many could be written to afterwards, and why not the others: the gate's word."""
    purpose = db.session.get_one(Purpose, purpose_id)
    contact = scales.contact.c
    verdict = (
        gate.verdicts(scales.workspace, purpose, NOTHING)
        .where(Contact.id == contact.id)
        # Asked for one after the other, by index, however little the planner knows.
        .limit(1)
        .lateral("gate")
    )
    code = after(scales, verdict.c.reason)
    rows = db.session.execute(
        select(code.label("code"), func.count())
        .select_from(ImportRow)
        .outerjoin(scales.contact, true())
        .outerjoin(verdict, true())
        .where(*scales.rows(span), *weighing.TAKEN)
        .group_by(column("code"))
    )
    return {row[0]: row[1] for row in rows}


def after(scales: Scales, reason: ColumnElement[Any]) -> ColumnElement[str]:
    """Where a line leaves its person with one list: MAILABLE, or why not."""
    silent_before = reason == Reason.NEVER_ASKED.value
    speaks = ImportRow.silent == ""
    is_new = scales.contact.c.id.is_(None)
    return case(
        (and_(is_new, scales.suppressed()), Reason.SUPPRESSED.value),
        (and_(is_new, speaks), MAILABLE),
        (is_new, ImportRow.silent),
        (reason.is_(None), MAILABLE),
        (and_(silent_before, speaks), MAILABLE),
        (silent_before, ImportRow.silent),
        else_=reason,
    )
