"""The parts of a search for duplicates: each step is a transaction, and may come twice without harm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    any_,
    cast,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.duplicates import (
    blocking,
    clusters,
    modelling,
    queueing,
    refreshing,
    settings,
)
from webapp.duplicates.blocking import NUMBERS, Crowded
from webapp.duplicates.models import (
    Decision,
    DupPair,
    MatchDue,
    MatchProfile,
    MatchRun,
)
from webapp.duplicates.queueing import Found
from webapp.duplicates.refreshing import Known
from webapp.duplicates.scoring import compare, decide, doubts
from webapp.duplicates.settings import Settings
from webapp.duplicates.weights import Weights

# Contacts that are compared with everybody in one step: some seconds, some 200 MB.
SLICE = 20_000


@dataclass(frozen=True)
class Prepared:
    """What every comparison of a search needs."""

    settings: Settings
    weights: Weights
    model_version: int
    leaving_out: Crowded


def make_marks(run: MatchRun) -> bool:
    """Make the marks of some contacts that changed; says whether there may be more."""
    workspace = db.session.get_one(Workspace, run.workspace_id)
    if run.step != "marks":
        _begin(run, "marks", refreshing.count_stale(workspace))
    reference_key = settings.of(workspace).reference_key
    people = refreshing.stale(workspace, reference_key, after=run.reached)
    if not people:
        return False
    refreshing.renew(workspace, people)
    run.done += len(people)
    run.reached = people[-1].contact_id
    return True


def prepare(run: MatchRun) -> Prepared:
    """Find the marks that say nothing and the model; a new model has everybody compared again."""
    workspace = db.session.get_one(Workspace, run.workspace_id)
    contacts = _count(select(MatchProfile).where(_is_of(run, MatchProfile)))
    _begin(run, "model", contacts)
    queueing.drop_restricted(workspace)
    leaving_out = blocking.crowded(workspace, blocking.kinds_for(contacts))
    model = modelling.latest(workspace)
    if model is None or modelling.is_outdated(model, contacts):
        model = modelling.make(workspace, contacts, leaving_out)
        _compare_everybody(workspace)
    _begin(run, "pairs", _count(select(MatchDue).where(_is_of(run, MatchDue))))
    too_many = {kind: len(marks) for kind, marks in leaving_out.items() if marks}
    run.figures = {**run.figures, "crowded": too_many}
    return Prepared(
        settings.of(workspace), modelling.weights(model), model.version, leaving_out
    )


def compare_some(prepared: Prepared, run: MatchRun) -> bool:
    """Compare some contacts with everybody; says whether there may be more."""
    workspace = db.session.get_one(Workspace, run.workspace_id)
    ids = db.session.scalars(
        select(MatchDue.contact_id)
        .where(MatchDue.workspace_id == workspace.id)
        .order_by(MatchDue.contact_id)
        .limit(SLICE)
    ).all()
    if not ids:
        return False
    found = list(_found(workspace, ids, prepared))
    queueing.write(workspace, found, prepared.model_version)
    queueing.drop(workspace, ids, found)
    db.session.execute(
        delete(MatchDue).where(
            MatchDue.workspace_id == workspace.id,
            MatchDue.contact_id == any_(cast(ids, NUMBERS)),
        )
    )
    run.done += len(ids)
    return True


def look_at_clusters(prepared: Prepared, run: MatchRun) -> None:
    """Have a person look at every chain of safe pairs that is not safe as a whole."""
    _begin(run, "clusters", 0)
    pairs = _pairs(run, Decision.AUTO)
    chains = [chain for chain in clusters.clusters(pairs) if len(chain) > 2]
    rejected = _pairs(run, Decision.REJECTED) if chains else set()
    numbers = [number for chain in chains for number in chain]
    people = refreshing.read(numbers, prepared.settings.reference_key)
    identities = {number: one.identity for number, one in people.items()}
    for chain in chains:
        if not all(number in identities for number in chain):
            continue
        doubt = clusters.doubt(chain, identities, rejected)
        if doubt:
            _hold_back(chain, doubt)


def count(run: MatchRun) -> dict[str, int]:
    """How many pairs wait, by what is to become of them."""
    question = (
        select(DupPair.decision, func.count())
        .where(_is_of(run, DupPair))
        .group_by(DupPair.decision)
    )
    counted = {decision: pairs for decision, pairs in db.session.execute(question)}  # noqa: C416
    return {decision.value: counted.get(decision, 0) for decision in queueing.OPEN}


def _found(
    workspace: Workspace, ids: Sequence[int], prepared: Prepared
) -> Iterable[Found]:
    pairs = blocking.pairs(workspace, ids, prepared.leaving_out, once=True)
    numbers = {number for pair in pairs for number in pair}
    people = refreshing.read(sorted(numbers), prepared.settings.reference_key)
    for a_id, b_id in pairs:
        if a_id in people and b_id in people:
            found = judge(people[a_id], people[b_id], prepared)
            if found:
                yield found


def judge(a: Known, b: Known, prepared: Prepared) -> Found | None:
    """What is to become of two contacts, the one with the lower number first."""
    comparison = compare(a.identity, b.identity, prepared.weights)
    decision = decide(comparison, prepared.settings.thresholds)
    if decision is None:
        return None
    reasons = doubts(comparison, prepared.settings.thresholds)
    return Found(a, b, comparison, decision, reasons)


def _begin(run: MatchRun, step: str, total: int) -> None:
    run.step, run.done, run.total, run.reached = step, 0, total, 0


def _is_of(
    run: MatchRun, table: type[DupPair | MatchDue | MatchProfile]
) -> ColumnElement[bool]:
    return table.workspace_id == run.workspace_id


def _count(question: Select[Any]) -> int:
    counted = select(func.count()).select_from(question.subquery())
    return db.session.scalar(counted) or 0


def _compare_everybody(workspace: Workspace) -> None:
    everybody = select(literal(workspace.id), MatchProfile.contact_id).where(
        MatchProfile.workspace_id == workspace.id
    )
    db.session.execute(
        insert(MatchDue)
        .from_select(["workspace_id", "contact_id"], everybody)
        .on_conflict_do_nothing()
    )


def _pairs(run: MatchRun, decision: Decision) -> set[tuple[int, int]]:
    question = select(DupPair.a_id, DupPair.b_id).where(
        _is_of(run, DupPair), DupPair.decision == decision
    )
    return {(a, b) for a, b in db.session.execute(question)}


def _hold_back(chain: list[int], doubt: str) -> None:
    db.session.execute(
        update(DupPair)
        .where(
            DupPair.a_id.in_(chain),
            DupPair.b_id.in_(chain),
            DupPair.decision == Decision.AUTO,
        )
        .values(
            decision=Decision.PENDING,
            reasons=DupPair.reasons.op("||")(cast([doubt], JSONB)),
        )
    )
