"""Is this person perhaps known already? Asked at once, of one contact."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from webapp.accounts.models import Workspace
from webapp.contacts.events import ContactChanged
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.duplicates import blocking, modelling, queueing, refreshing, settings
from webapp.duplicates.identities import COMPARED, identity
from webapp.duplicates.keys import KINDS, keys
from webapp.duplicates.models import Decision
from webapp.duplicates.queueing import Found
from webapp.duplicates.refreshing import Known
from webapp.duplicates.scoring import Comparison, Thresholds, compare, decide, doubts
from webapp.duplicates.weights import Weights

log = logging.getLogger(__name__)

# A mark that more contacts share is left to the search of the whole base: nobody waits for that.
LARGEST_BLOCK = 25
# The number of nobody.
NOBODY = 0
# A fixed text: composing it each time would cost more than asking it.
_SHARING = text(
    " UNION ALL ".join(
        f"(SELECT '{kind.name}', contact_id FROM match_profile"  # noqa: S608 - our own names
        f" WHERE key_{kind.name} = :{kind.name} AND workspace_id = :workspace"
        f" AND contact_id <> :me LIMIT {LARGEST_BLOCK + 1})"
        for kind in KINDS
    )
)


# Settings and model in one question: both may be missing.
_RULES = text("""
SELECT auto_at, review_at, reference_key, model.*
FROM (SELECT CAST(:workspace AS bigint) AS id) AS here
LEFT JOIN match_setting ON match_setting.workspace_id = here.id
LEFT JOIN LATERAL (
    SELECT id AS model_id, version, contacts, made_at FROM match_model
    WHERE workspace_id = here.id ORDER BY version DESC LIMIT 1
) AS model ON true
""")


class Likeness(NamedTuple):
    """A contact that may be the same person, and why."""

    contact_id: int
    comparison: Comparison


def hear(fact: ContactChanged) -> None:
    """Look at once whether a new or changed contact is known already; a failure stops nobody."""
    if fact.fields.isdisjoint(COMPARED) and not any(map(_is_declared, fact.fields)):
        return
    workspace = db.session.get_one(Workspace, fact.workspace_id)
    contact = db.session.get_one(Contact, fact.contact_id)
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
    rules = _rules(workspace)
    one = refreshing.known(contact, rules.reference_key)
    was_known = refreshing.renew_one(workspace, one)
    found = []
    for other in _alike(workspace, one, rules):
        comparison = compare(one.identity, other.identity, rules.weights)
        if decide(comparison, rules.thresholds):
            a, b = sorted((one, other))
            reasons = doubts(comparison, rules.thresholds) or ["new"]
            found.append(Found(a, b, comparison, Decision.PENDING, reasons))
    queueing.write(workspace, found, rules.model_version)
    if was_known:
        queueing.drop(workspace, [contact.id], found)
    return _likeliest_first(contact.id, found)


def resembling(workspace: Workspace, typed: Mapping[str, Any]) -> list[Likeness]:
    """Who somebody about to be entered may be, the likeliest first; nothing is written.

    `typed`: what is known so far of `identities.COMPARED`, as a contact would hold it.
    """
    rules = _rules(workspace)
    nothing = {**dict.fromkeys(COMPARED, ""), "birth_date": None}
    one = Known(NOBODY, clock.now(), identity({**nothing, **typed}))
    told = [
        Likeness(other.contact_id, compare(one.identity, other.identity, rules.weights))
        for other in _alike(workspace, one, rules)
    ]
    return sorted(
        (like for like in told if decide(like.comparison, rules.thresholds)),
        key=lambda like: -like.comparison.probability,
    )


class Rules(NamedTuple):
    """What a contact that arrives is compared by."""

    reference_key: str
    thresholds: Thresholds
    weights: Weights
    model_version: int
    contacts: int


def _rules(workspace: Workspace) -> Rules:
    held = db.session.execute(_RULES, {"workspace": workspace.id}).one()
    usual = settings.Settings()
    thresholds = Thresholds(held.auto_at, held.review_at) if held.auto_at else None
    return Rules(
        held.reference_key or usual.reference_key,
        thresholds or usual.thresholds,
        modelling.weights_of(held.model_id, held.made_at),
        held.version or 0,
        held.contacts or 0,
    )


def _is_declared(field: str) -> bool:
    """Whether it is a field of the workspace's own, which may number people."""
    return field.startswith("attribute:")


def _alike(workspace: Workspace, one: Known, rules: Rules) -> list[Known]:
    """Who shares a mark with this contact that few share."""
    names = {kind.name for kind in blocking.kinds_for(rules.contacts)}
    marks = keys(one.identity, workspace.id)
    asked = {name: mark if name in names else None for name, mark in marks.items()}
    who = {"workspace": workspace.id, "me": one.contact_id}
    sharing = defaultdict(list)
    for name, contact_id in db.session.execute(_SHARING, {**asked, **who}):
        sharing[name].append(contact_id)
    few = {
        contact_id
        for found in sharing.values()
        if len(found) <= LARGEST_BLOCK
        for contact_id in found
    }
    if not few:
        return []
    return list(refreshing.read(sorted(few), rules.reference_key).values())


def _likeliest_first(contact_id: int, found: list[Found]) -> list[Likeness]:
    told = [
        Likeness(
            one.b.contact_id if one.a.contact_id == contact_id else one.a.contact_id,
            one.comparison,
        )
        for one in found
    ]
    return sorted(told, key=lambda one: -one.comparison.probability)
