"""How complete and how fresh profiles are: one with its reasons, or everybody's counted at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from webapp.accounts.models import Workspace
from webapp.contacts import queries, records
from webapp.contacts.fields import ATTRIBUTE, FIELDS
from webapp.contacts.models import Contact, ProfileWeights
from webapp.contacts.records import Origin
from webapp.core import clock
from webapp.core.db import db

# How much a field matters: not at all, somewhat, a lot.
WEIGHTS = (0, 1, 2)
# What a shop needs to speak to somebody and to send them a parcel.
DEFAULTS = {
    "first_name": 2,
    "last_name": 2,
    "phone": 1,
    "street": 1,
    "postcode": 1,
    "city": 1,
    "country": 1,
}
# Everybody has them: they say nothing.
ALWAYS_THERE = frozenset({"email", "language"})
# People move house and change their number or their job; names and birthdays stay.
LASTS = timedelta(days=730)
AGEING = frozenset(
    {
        *("phone", "landline", "street", "street_more", "postcode", "city", "country"),
        *("time_zone", "company", "job_title", "headcount"),
    }
)
# How a value looks that can be used; what has no pattern was checked when it was read.
DIALLED = r"^\+[0-9]{6,15}$"
PATTERNS = {"phone": DIALLED, "landline": DIALLED}
FRENCH_POSTCODE = r"^[0-9]{5}$"
# Half of what a good value counts: something is known, and cannot be relied on.
DOUBTFUL = 0.5


class State(StrEnum):
    """What is to be said of one field of one profile."""

    GOOD = "good"
    OLD = "old"
    INVALID = "invalid"
    MISSING = "missing"


@dataclass(frozen=True)
class Part:
    """One field that matters, and how it stands."""

    name: str
    weight: int
    state: State
    # When the value was said; None where there is none.
    since: datetime | None


@dataclass(frozen=True)
class Completeness:
    """A profile's score of 100, with all that makes it."""

    parts: tuple[Part, ...]

    @property
    def score(self) -> int | None:
        """Of 100; None where no field matters to the workspace."""
        most = sum(part.weight for part in self.parts)
        if not most:
            return None
        reached = sum(part.weight * worth(part.state) for part in self.parts)
        return round(100 * reached / most)

    def among(self, state: State) -> list[Part]:
        """The fields that stand so."""
        return [part for part in self.parts if part.state is state]


def of(
    workspace: Workspace, contact: Contact, origins: Mapping[str, Origin]
) -> Completeness:
    """How complete one profile is, in the fields that matter to the workspace."""
    known = records.values(contact)
    return Completeness(
        tuple(
            _part(contact, name, weight, known.get(name), origins.get(name))
            for name, weight in weights(workspace).items()
            if weight
        )
    )


def weights(workspace: Workspace) -> dict[str, int]:
    """How much each field matters to the workspace, its own fields among them, in their order."""
    chosen = db.session.get(ProfileWeights, workspace.id)
    said = chosen.weights if chosen else DEFAULTS
    return {name: int(said.get(name, 0)) for name in names(workspace)}


def weigh(workspace: Workspace, chosen: Mapping[str, int]) -> None:
    """Have these fields matter so much from now on, and no other."""
    kept = db.session.get(ProfileWeights, workspace.id)
    if kept is None:
        kept = ProfileWeights(workspace_id=workspace.id, weights={})
        db.session.add(kept)
    known = set(names(workspace))
    kept.weights = {
        name: weight
        for name, weight in chosen.items()
        if name in known and weight in WEIGHTS and weight
    }


def names(workspace: Workspace) -> list[str]:
    """The fields that may matter, by their names in records."""
    own = (f"{ATTRIBUTE}{one.key}" for one in queries.attributes(workspace))
    return [*(name for name in FIELDS if name not in ALWAYS_THERE), *own]


def ages(name: str) -> bool:
    """Whether a value of the field is to be asked again after a while."""
    return name in AGEING


def worth(state: State) -> float:
    """What a field counts in the score: all, half or nothing."""
    return {State.GOOD: 1.0, State.MISSING: 0.0}.get(state, DOUBTFUL)


def is_valid(name: str, value: Any, country: str) -> bool:
    """Whether a value that is there can be used as it stands."""
    pattern = PATTERNS.get(name)
    if name == "postcode" and country in {"", "FR"}:
        pattern = FRENCH_POSTCODE
    return pattern is None or re.match(pattern, str(value)) is not None


def _part(
    contact: Contact, name: str, weight: int, value: Any, origin: Origin | None
) -> Part:
    if value is None or origin is None:
        return Part(name, weight, State.MISSING, None)
    if not is_valid(name, value, contact.country):
        return Part(name, weight, State.INVALID, origin.at)
    is_old = ages(name) and origin.at < clock.now() - LASTS
    return Part(name, weight, State.OLD if is_old else State.GOOD, origin.at)
