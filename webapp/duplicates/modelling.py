"""Which weights a workspace's contacts are compared by: shipped ones, then its own."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import defer

from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.duplicates import blocking, refreshing, settings, shipped, training
from webapp.duplicates.blocking import Crowded
from webapp.duplicates.models import MatchModel, MatchProfile
from webapp.duplicates.weights import Weights

# So many contacts, taken without looking, stand for all.
SAMPLE = 20_000
# A base that has grown or shrunk by this much is another base.
GROWTH = 1.25
# Habits of typing change slowly.
LONGEST = timedelta(days=90)


def latest(workspace: Workspace) -> MatchModel | None:
    """The model that holds."""
    return db.session.scalar(
        select(MatchModel)
        .where(MatchModel.workspace_id == workspace.id)
        .order_by(MatchModel.version.desc())
        .limit(1)
        # Forty kilobytes, which a process reads once: see `weights`.
        .options(defer(MatchModel.weights))
    )


def is_outdated(model: MatchModel | None, contacts: int) -> bool:
    """Whether a new one is to be made."""
    if model is None or clock.now() - model.made_at > LONGEST:
        return True
    return not contacts / GROWTH <= model.contacts <= contacts * GROWTH


def make(workspace: Workspace, contacts: int, leaving_out: Crowded) -> MatchModel:
    """A new version: learnt from the base itself where it is large enough, else as shipped."""
    start, certain, is_trained = shipped.weights(contacts), 0, False
    if contacts >= training.LEAST_CONTACTS:
        lessons = _learn(workspace, start, contacts, leaving_out)
        certain = lessons.certain_pairs
        is_trained = certain >= training.LEAST_CERTAIN_PAIRS
        start = lessons.weights if is_trained else start
    before = latest(workspace)
    model = MatchModel(
        workspace_id=workspace.id,
        version=before.version + 1 if before else 1,
        is_trained=is_trained,
        contacts=contacts,
        certain_pairs=certain,
        weights=start.to_json(),
        made_at=clock.now(),
    )
    db.session.add(model)
    db.session.flush()
    return model


def weights(model: MatchModel | None) -> Weights:
    """What a model weighs; a workspace without one begins with the shipped weights."""
    return weights_of(model.id, model.made_at) if model else weights_of(None, None)


def weights_of(model_id: int | None, made_at: datetime | None) -> Weights:
    """The same, of the model with this number, made at this moment."""
    if model_id is None or made_at is None:
        return shipped.weights(training.LEAST_CONTACTS)
    if (model_id, made_at) not in _READ:
        if len(_READ) >= KEPT:
            _READ.clear()
        kept = select(MatchModel.weights).where(MatchModel.id == model_id)
        _READ[model_id, made_at] = Weights.from_json(db.session.scalars(kept).one())
    return _READ[model_id, made_at]


# Models never change: a process reads each once, as long as there are few.
KEPT = 50
_READ: dict[tuple[int, datetime], Weights] = {}


def _learn(
    workspace: Workspace, start: Weights, contacts: int, leaving_out: Crowded
) -> training.Lessons:
    reference_key = settings.of(workspace).reference_key
    # Ordered by a mark of their content: as good as drawn by lot, and the same each time.
    ids = db.session.scalars(
        select(MatchProfile.contact_id)
        .where(MatchProfile.workspace_id == workspace.id)
        .order_by(MatchProfile.fingerprint)
        .limit(SAMPLE)
    ).all()
    found = blocking.pairs(workspace, ids, leaving_out, once=False)
    everybody = {*ids, *(number for pair in found for number in pair)}
    people = refreshing.read(sorted(everybody), reference_key)
    taken = len(ids) / contacts
    return training.train(
        start,
        [people[number].identity for number in ids if number in people],
        [
            (people[a].identity, people[b].identity)
            for a, b in found
            if a in people and b in people
        ],
        contacts=contacts,
        # A pair is among those found when one of the two was taken.
        share=1 - (1 - taken) ** 2,
    )
