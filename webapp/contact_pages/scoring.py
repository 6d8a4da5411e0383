"""How complete a profile is, in words: the score, and what would make it better."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_date

from webapp.accounts.models import Workspace
from webapp.contact_pages import facts
from webapp.contacts import completeness, records
from webapp.contacts.completeness import Part, State
from webapp.contacts.models import Attribute, Contact
from webapp.core.i18n import _, _n

TONES = {State.INVALID: "danger", State.OLD: "warning", State.MISSING: "neutral"}
# From the best upwards.
FULL, GOOD = 100, 60


@dataclass(frozen=True)
class Lack:
    """One field that costs something of the score, and why."""

    name: str
    sentence: str
    tone: str


@dataclass(frozen=True)
class Score:
    """Of 100, with its reasons; the score is None where no field matters."""

    score: int | None
    sentence: str
    lacks: list[Lack]

    @property
    def tone(self) -> str:
        """Its colour."""
        if self.score is None or self.score >= FULL:
            return "success"
        return "info" if self.score >= GOOD else "warning"


def of(workspace: Workspace, contact: Contact, own: Sequence[Attribute]) -> Score:
    """The score of a contact."""
    found = completeness.of(workspace, contact, records.origin(contact))
    labels = facts.labels_of(own)
    lacks = [
        Lack(part.name, _sentence(part, labels[part.name]), TONES[part.state])
        for state in (State.INVALID, State.MISSING, State.OLD)
        for part in sorted(found.among(state), key=lambda part: -part.weight)
    ]
    good, all_parts = len(found.among(State.GOOD)), len(found.parts)
    return Score(found.score, _in_words(good, all_parts), lacks)


def _in_words(good: int, among: int) -> str:
    if not among:
        return str(_("No field matters yet: choose them under Fields."))
    if good == among:
        return str(_("All that matters to you is known, valid and recent."))
    return str(
        _n(
            "Of the field that matters to you, %(good)s is known, valid and recent.",
            "Of the %(num)s fields that matter to you, %(good)s are known, valid and recent.",
            among,
            good=good,
        )
    )


def _sentence(part: Part, label: str) -> str:
    if part.state is State.MISSING:
        return str(_("%(field)s: not known", field=label))
    if part.state is State.INVALID:
        return str(_("%(field)s: cannot be used as it stands", field=label))
    day = format_date(part.since, "MMMM y")
    return str(_("%(field)s: from %(month)s, may have changed", field=label, month=day))
