"""The figures of a day as the page tells them: what to mend first, and how each field stands."""

from dataclasses import dataclass
from typing import Any

from webapp.accounts.models import Workspace
from webapp.contacts import completeness
from webapp.quality import asking, fields, issues, scoring
from webapp.quality.models import Doubt, QualityDay
from webapp.quality.scoring import Part

# The order in which they harm: mail that comes back, people lost, parcels lost, looks.
_ORDER = (
    *(Doubt.DEAD_DOMAIN, "bounced", Doubt.MISTYPED, "unconfirmed"),
    *(Doubt.PHONE, Doubt.LANDLINE, Doubt.PLACE, Doubt.COMPANY, Doubt.UNTIDY),
)
_COUNTED = ("bounced", "unconfirmed")


@dataclass(frozen=True)
class Wrong:
    """One thing to mend: its words, and how many people it concerns."""

    key: str
    title: Any
    people: int


@dataclass(frozen=True)
class FieldRow:
    """How one field stands: among how many people it is filled, valid, fresh."""

    name: str
    label: Any
    matters: bool
    filled: int
    valid: int
    fresh: int
    # Whether values of it grow old at all, and whether people can fill it in themselves.
    ages: bool
    can_be_asked: bool
    # The doubt whose people are those with a value that cannot be used.
    doubt: str


@dataclass(frozen=True)
class Report:
    """The figures of a day."""

    people: int
    parts: list[Part]
    wrong: list[Wrong]
    silent: list[Wrong]
    duplicates: int
    rows: list[FieldRow]


def report(workspace: Workspace, day: QualityDay | None) -> Report | None:
    """What the page tells of a day; None before the first count."""
    if day is None:
        return None
    figures = day.figures
    return Report(
        people=figures["people"],
        parts=scoring.parts(figures),
        wrong=_wrong(workspace, figures),
        silent=_silent(workspace, figures),
        duplicates=figures["duplicates"],
        rows=_rows(workspace, figures),
    )


def _wrong(workspace: Workspace, figures: dict[str, Any]) -> list[Wrong]:
    counted = {**figures["doubts"], **{key: figures[key] for key in _COUNTED}}
    return [
        Wrong(key, issues.find(workspace, key).title, counted[key])
        for key in _ORDER
        if counted.get(key)
    ]


def _silent(workspace: Workspace, figures: dict[str, Any]) -> list[Wrong]:
    return [
        Wrong(key, issues.find(workspace, key).title, people)
        for number, people in figures["silent"].items()
        for key in [f"{issues.SILENT}{number}"]
    ]


def _rows(workspace: Workspace, figures: dict[str, Any]) -> list[FieldRow]:
    """Those that matter first; a field that was removed since is left out."""
    labels, offered = fields.labels(workspace), asking.offered(workspace)
    rows = [
        FieldRow(
            name=one["name"],
            label=labels[one["name"]],
            matters=bool(one["weight"]),
            filled=one["filled"],
            valid=one["valid"],
            fresh=one["fresh"],
            ages=completeness.ages(one["name"]),
            can_be_asked=one["name"] in offered,
            doubt=fields.DOUBTS.get(one["name"], ""),
        )
        for one in figures["fields"]
        if one["name"] in labels and (one["weight"] or one["filled"])
    ]
    return sorted(rows, key=lambda row: not row.matters)
