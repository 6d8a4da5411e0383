"""Files of orders with their articles, and of site events: planned, counted and taken.

The dry run makes the plan; the run makes the same plan and carries it out by the doors of purchases.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, select

from webapp.accounts.models import Workspace
from webapp.consent import gate, purposes
from webapp.contacts import registering
from webapp.contacts.fields import ATTRIBUTE
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.imports import order_facts, whose
from webapp.imports.answers import Answers
from webapp.imports.counting import SAMPLES, Figures
from webapp.imports.models import ImportRow, ImportRun, Kind
from webapp.imports.taking import SOURCE
from webapp.imports.weighing import (
    NEW,
    REFUSED,
    REPEATED,
    UNCHANGED,
    UPDATED,
    Span,
)
from webapp.purchases import customer_rules, eventing, ordering
from webapp.purchases.eventing import EventFacts
from webapp.purchases.facts import OrderFacts
from webapp.purchases.models import Order, SiteEvent
from webapp.purchases.ordering import By

NOT_MEASURED = "not_measured"
_APART = {"synchronize_session": False, "preserve_rowcount": True}


@dataclass(frozen=True)
class Planned:
    """What one line would do."""

    row: ImportRow
    verdict: str
    contact_id: int | None
    facts: OrderFacts | EventFacts


class Told:
    """A file of orders or of events."""

    def __init__(self, run: ImportRun, workspace: Workspace) -> None:
        """Get ready."""
        self.run, self.workspace = run, workspace
        self.answers = Answers.read(run.answers)
        self.is_orders = run.kind == Kind.ORDERS

    def count(self, span: Span) -> Figures:
        """What these lines would do."""
        return self._figures(span, self._plan(span))

    def take(self, span: Span) -> Figures:
        """Do it; gives the same figures."""
        planned = self._plan(span)
        figures = self._figures(span, planned)
        by = By(SOURCE, self.run.id, self.run.user_id)
        for one in planned:
            if one.verdict == UNCHANGED:
                continue
            contact = self._contact(one)
            if isinstance(one.facts, OrderFacts):
                ordering.record(self.workspace, contact, one.facts, by=by)
            else:
                eventing.record(
                    self.workspace, contact, one.facts, source_id=self.run.id
                )
        return figures

    def _plan(self, span: Span) -> list[Planned]:
        rows = list(db.session.scalars(self._rows(span)))
        known = whose.contacts(self.workspace, rows)
        rows = self._refuse_unknown(rows, known)
        if self.is_orders:
            return self._plan_orders(rows, known)
        return self._plan_events(rows, known)

    def _rows(self, span: Span) -> Select[ImportRow]:
        """The lines that stand for an order or an event."""
        return (
            select(ImportRow)
            .where(
                ImportRow.import_id == self.run.id,
                ImportRow.line >= span[0],
                ImportRow.line <= span[1],
                ImportRow.fault == "",
                ImportRow.repeats.is_(None),
            )
            .order_by(ImportRow.line)
            .execution_options(populate_existing=True)
        )

    def _refuse_unknown(
        self, rows: list[ImportRow], known: dict[int, int]
    ) -> list[ImportRow]:
        limited = whose.restricted(set(known.values()))
        faults: dict[str, list[int]] = {whose.NO_CONTACT: [], whose.RESTRICTED: []}
        for row in rows:
            if known.get(row.line) in limited:
                faults[whose.RESTRICTED].append(row.line)
            elif row.line not in known and not self._may_be_made(row):
                faults[whose.NO_CONTACT].append(row.line)
        if not self.is_orders:
            faults[NOT_MEASURED] = self._not_measured(rows, known)
        for fault, lines in faults.items():
            whose.refuse(self.run, lines, fault)
        gone = {line for lines in faults.values() for line in lines}
        return [row for row in rows if row.line not in gone]

    def _may_be_made(self, row: ImportRow) -> bool:
        # Nobody can be measured who never said anything: an event makes no contact.
        return self.is_orders and self.answers.makes_contacts and bool(row.key)

    def _not_measured(self, rows: list[ImportRow], known: dict[int, int]) -> list[int]:
        agreeing: set[int] = set()
        if self.workspace.measures_clicks:
            clicks = purposes.measuring(self.workspace).clicks
            asked = gate.agreeing(clicks).subquery()
            numbers = select(asked.c.contact_id).where(
                asked.c.contact_id.in_(set(known.values()))
            )
            agreeing = set(db.session.scalars(numbers))
        return [
            row.line
            for row in rows
            if row.line in known and known[row.line] not in agreeing
        ]

    def _plan_orders(
        self, rows: list[ImportRow], known: dict[int, int]
    ) -> list[Planned]:
        articles = self._articles(rows)
        facts = {
            row.line: order_facts.order(row, articles.get(row.line, [])) for row in rows
        }
        wanted = {(one.shop, one.number) for one in facts.values()}
        there = self._there({number for _shop, number in wanted})
        planned = []
        for row in rows:
            told = facts[row.line]
            order = there.get((told.shop, told.number))
            contact_id = known.get(row.line)
            verdict = NEW if order is None else self._verdict(order, told, contact_id)
            planned.append(Planned(row, verdict, contact_id, told))
        return planned

    def _articles(self, rows: list[ImportRow]) -> dict[int, list[ImportRow]]:
        firsts = [row.line for row in rows]
        found: dict[int, list[ImportRow]] = {row.line: [row] for row in rows}
        others = select(ImportRow).where(
            ImportRow.import_id == self.run.id,
            ImportRow.repeats.in_(firsts),
            ImportRow.fault == "",
        )
        for row in db.session.scalars(others.order_by(ImportRow.line)):
            found[row.repeats or 0].append(row)
        return found

    def _there(self, numbers: set[str]) -> dict[tuple[str, str], Order]:
        asked = select(Order).where(
            Order.workspace_id == self.workspace.id, Order.number.in_(numbers)
        )
        return {(one.shop, one.number): one for one in db.session.scalars(asked)}

    def _verdict(self, order: Order, told: OrderFacts, contact_id: int | None) -> str:
        currency = told.currency or customer_rules.of(self.workspace).currency
        same = (
            order.contact_id == contact_id
            and order.placed_at == told.placed_at
            and order.status == told.status
            and order.currency == currency
            and (order.total, order.discount) == (told.total, told.discount)
            and (order.shipping, order.coupon) == (told.shipping, told.coupon)
        )
        return UNCHANGED if same else UPDATED

    def _plan_events(
        self, rows: list[ImportRow], known: dict[int, int]
    ) -> list[Planned]:
        facts = {row.line: order_facts.event(row, self.run) for row in rows}
        asked = select(SiteEvent.key).where(
            SiteEvent.workspace_id == self.workspace.id,
            SiteEvent.key.in_({one.key for one in facts.values()}),
        )
        there = set(db.session.scalars(asked))
        return [
            Planned(
                row,
                UNCHANGED if facts[row.line].key in there else NEW,
                known.get(row.line),
                facts[row.line],
            )
            for row in rows
        ]

    def _contact(self, one: Planned) -> Contact:
        if one.contact_id is not None:
            return db.session.get_one(Contact, one.contact_id)
        given = dict(one.row.given)
        own = {
            name.removeprefix(ATTRIBUTE): given.pop(name)
            for name in list(given)
            if name.startswith(ATTRIBUTE)
        }
        return registering.register(
            self.workspace,
            one.row.email,
            source=SOURCE,
            source_id=self.run.id,
            **given,
            attributes=own,
        )

    def _figures(self, span: Span, planned: list[Planned]) -> Figures:
        found: Figures = {"samples": {}, "refusals": {}}
        for one in planned:
            found[one.verdict] = found.get(one.verdict, 0) + 1
            sample = found["samples"].setdefault(one.verdict, [])
            if len(sample) < SAMPLES:
                sample.append(one.row.line)
        made = {one.row.key for one in planned if one.contact_id is None}
        if made:
            found["made"] = len(made)
        rest = db.session.execute(
            select(ImportRow.fault, func.count())
            .where(
                ImportRow.import_id == self.run.id,
                ImportRow.line >= span[0],
                ImportRow.line <= span[1],
                (ImportRow.fault != "") | ImportRow.repeats.is_not(None),
            )
            .group_by(ImportRow.fault)
        )
        counts: Counter[str] = Counter()
        for fault, number in rest:
            counts[fault] = number
        if counts[""]:
            found[REPEATED] = counts.pop("")
        if counts:
            found["refusals"] = dict(counts)
            found[REFUSED] = counts.total()
        return found


def take_back(run: ImportRun) -> Figures:
    """Remove the orders and events that this import brought; corrections of others stay."""
    found: Figures = {}
    for name, model in (("orders", Order), ("events", SiteEvent)):
        ours: Any = model
        result = db.session.execute(
            delete(ours).where(
                ours.workspace_id == run.workspace_id,
                ours.source_id == run.id,
                *([Order.source == SOURCE] if model is Order else []),
            ),
            execution_options=_APART,
        )
        if result.rowcount:  # type: ignore[attr-defined]
            found[name] = result.rowcount  # type: ignore[attr-defined]
    return found
