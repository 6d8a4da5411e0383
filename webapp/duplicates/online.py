"""Is this person perhaps known already? Asked at once, of one contact."""

import logging
from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from webapp.accounts.models import Workspace
from webapp.contacts.events import ContactChanged
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.duplicates import blocking, modelling, queueing, refreshing, settings
from webapp.duplicates.identities import COMPARED
from webapp.duplicates.keys import KINDS, keys
from webapp.duplicates.models import Decision, MatchModel
from webapp.duplicates.queueing import Found
from webapp.duplicates.refreshing import Known
from webapp.duplicates.scoring import Comparison, compare, decide, doubts

log = logging.getLogger(__name__)

# A mark that more contacts share is left to the search of the whole base: nobody waits for that.
LARGEST_BLOCK = 25
# A fixed text: composing it each time would cost more than asking it.
_SHARING = text(
    " UNION ALL ".join(
        f"(SELECT '{kind.name}', contact_id FROM match_profile"  # noqa: S608 - our own names
        f" WHERE key_{kind.name} = :{kind.name} AND workspace_id = :workspace"
        f" AND contact_id <> :me LIMIT {LARGEST_BLOCK + 1})"
        for kind in KINDS
    )
)


class Likeness(NamedTuple):
    """A contact that may be the same person, and why."""

    contact_id: int
    comparison: Comparison


def hear(fact: ContactChanged) -> None:
    """Look at once whether a new or changed contact is known already; a failure stops nobody."""
    workspace = db.session.get_one(Workspace, fact.workspace_id)
    reference = f"attribute:{settings.of(workspace).reference_key}"
    if fact.fields.isdisjoint({*COMPARED, reference}):
        return
    contact = db.session.get_one(Contact, fact.contact_id)
    db.session.flush()
    try:
        with db.session.begin_nested():
            check(workspace, contact)
    except DBAPIError as error:
        # Somebody else removes or merges one of them: the search at night sees what is left.
        log.warning("A new contact was not compared: %s", type(error.orig).__name__)


def check(workspace: Workspace, contact: Contact) -> list[Likeness]:
    """Who may be the same person as this contact, the likeliest first; puts them in the queue.

    Nothing is merged for having just arrived: the next search of the whole base decides that.
    """
    if contact.restricted_at:
        return []
    wanted, model = settings.of(workspace), modelling.latest(workspace)
    one = refreshing.known(contact, wanted.reference_key)
    refreshing.renew(workspace, [one])
    weights = modelling.weights(model)
    found = []
    for other in _alike(workspace, one, model, wanted.reference_key):
        comparison = compare(one.identity, other.identity, weights)
        if decide(comparison, wanted.thresholds):
            a, b = sorted((one, other))
            reasons = doubts(comparison, wanted.thresholds) or ["new"]
            found.append(Found(a, b, comparison, Decision.PENDING, reasons))
    queueing.write(workspace, found, model.version if model else 0)
    queueing.drop(workspace, [contact.id], found)
    return _likeliest_first(contact.id, found)


def _alike(
    workspace: Workspace, one: Known, model: MatchModel | None, reference_key: str
) -> list[Known]:
    """Who shares a mark with this contact that few share."""
    marks = keys(one.identity, workspace.id)
    serving = blocking.kinds_for(model.contacts if model else 0)
    names = {kind.name for kind in serving}
    sharing = defaultdict(list)
    asked = {name: mark if name in names else None for name, mark in marks.items()}
    who = {"workspace": workspace.id, "me": one.contact_id}
    for name, contact_id in db.session.execute(_SHARING, {**asked, **who}):
        sharing[name].append(contact_id)
    few = {
        contact_id
        for found in sharing.values()
        if len(found) <= LARGEST_BLOCK
        for contact_id in found
    }
    return list(refreshing.read(sorted(few), reference_key).values())


def _likeliest_first(contact_id: int, found: list[Found]) -> list[Likeness]:
    told = [
        Likeness(
            one.b.contact_id if one.a.contact_id == contact_id else one.a.contact_id,
            one.comparison,
        )
        for one in found
    ]
    return sorted(told, key=lambda one: -one.comparison.probability)
