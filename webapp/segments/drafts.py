"""What stands on the page of a segment while it is being built: words, not yet checked."""

from dataclasses import dataclass, field, replace
from typing import Any

from webapp.segments.catalogue import Catalogue
from webapp.segments.kinds import WITHOUT_VALUE, Kind, Operator, Shape, shape
from webapp.segments.rules import MAX_PARTS
from webapp.segments.subjects import EVENT, Measure, Subject
from webapp.segments.tree import MAX_DEPTH, Match

NUMBERS = {Kind.NUMBER, Kind.TIMES, Kind.SAMPLE}
# Of these, the value of a property of a site event is a number, whatever it holds.
_NUMERIC = {Operator.GREATER, Operator.LESS, Operator.AT_LEAST, Operator.AT_MOST}
_TYPED = {Operator.EQUALS, Operator.IS_NOT}


@dataclass
class Span:
    """A window as it was typed: ever, last, ago or days."""

    kind: str = "ever"
    last: str = ""
    near: str = ""
    far: str = ""
    first: str = ""
    until: str = ""


@dataclass
class Row:
    """A condition as it was typed, or (without rows of its own) what each time has to meet."""

    subject: Subject
    operator: Operator
    values: list[str] = field(default_factory=list)
    # Of a property nobody declared: text, number, yes or no.
    type: str = "text"
    measure: str = Measure.COUNT
    span: Span = field(default_factory=Span)
    parts: list["Row"] = field(default_factory=list)
    salt: str = ""
    path: str = "0"
    # The control or button of this row where work goes on.
    focus: str = ""

    @property
    def takes_value(self) -> bool:
        """Whether a value is to be typed."""
        return self.operator not in WITHOUT_VALUE

    @property
    def value(self) -> str:
        """The value, of those that take one."""
        return self.values[0] if self.values else ""

    @property
    def high(self) -> str:
        """The second value of a range."""
        return self.values[1] if len(self.values) > 1 else ""

    @property
    def lines(self) -> str:
        """All values, one a line."""
        return "\n".join(self.values)

    @property
    def is_range(self) -> bool:
        """Whether two values follow."""
        return shape(self.operator) is Shape.RANGE

    @property
    def in_days(self) -> bool:
        """Whether the value is a number of days."""
        return shape(self.operator) is Shape.DAYS

    @property
    def control(self) -> str:
        """The control of the value: choices, lines, number, date, typed, choice, yes_no, text."""
        kind = self.subject.kind
        if shape(self.operator) is Shape.MANY:
            return "choices" if self.subject.choices else "lines"
        if self.in_days or kind in NUMBERS:
            return "number"
        if self.operator is Operator.SINCE:
            return "date"
        if kind is Kind.PROPERTY:
            return self._of_property
        return kind.value

    @property
    def _of_property(self) -> str:
        if self.operator in _NUMERIC:
            return "number"
        return "typed" if self.operator in _TYPED else "text"

    @property
    def written_for(self) -> str:
        """What its value is of: another of the same may keep it."""
        return self.subject.key if self.subject.choices else self.subject.kind.value

    @property
    def happens(self) -> bool:
        """Whether it asks about what happens again and again."""
        return self.subject.kind is Kind.TIMES

    @property
    def is_event(self) -> bool:
        """Whether each time has properties that nobody declared."""
        return self.subject.key.startswith(EVENT)

    @property
    def may_have_parts(self) -> bool:
        """Whether one more may be asked about each time."""
        offered = self.is_event or bool(self.subject.parts)
        return offered and len(self.parts) < MAX_PARTS

    @property
    def choices(self) -> list[str]:
        """What may be chosen; a chosen one that is gone is shown, so that it is not lost unseen."""
        gone = [one for one in self.values if one and one not in self.subject.choices]
        return [*self.subject.choices, *gone]

    def blank_part(self) -> "Row":
        """One more thing that each time has to meet, to fill in."""
        offered = list(self.subject.parts.values())
        subject = offered[0] if offered else Subject("", "", Kind.PROPERTY)
        return Row(subject, subject.operators[0], focus="subject")


@dataclass
class Rows:
    """A group as it stands on the page."""

    match: str = Match.ALL
    rows: list["Row | Rows"] = field(default_factory=list)
    path: str = "0"
    focus: str = ""

    @property
    def is_group(self) -> bool:
        """For the template: a condition has no such word."""
        return True

    @property
    def depth(self) -> int:
        """On which level it stands, from 1."""
        return self.path.count(".") + 1

    @property
    def may_hold_groups(self) -> bool:
        """Whether a group inside would still be shallow enough."""
        return self.depth < MAX_DEPTH


def blank(catalogue: Catalogue) -> Rows:
    """A group with one condition to fill in."""
    return numbered(Rows(rows=[blank_row(catalogue)]))


def blank_row(catalogue: Catalogue) -> Row:
    """A condition to fill in."""
    subject = catalogue.first
    return Row(subject, subject.operators[0])


def numbered(root: Rows, path: str = "0") -> Rows:
    """The same group; each row in it knows its path."""
    root.path = path
    for number, row in enumerate(root.rows):
        row.path = f"{path}.{number}"
        if isinstance(row, Rows):
            numbered(row, row.path)
        else:
            for place, part in enumerate(row.parts):
                part.path = f"{row.path}.w{place}"
    return root


def without(root: Rows, gone: Any) -> Rows | None:
    """The rows without one of them; a group left without rows goes as well."""
    kept: list[Row | Rows] = []
    for row in root.rows:
        if row is gone:
            continue
        left = without(row, gone) if isinstance(row, Rows) else _without_part(row, gone)
        if left:
            kept.append(left)
    return replace(root, rows=kept) if kept else None


def _without_part(row: Row, gone: Any) -> Row:
    row.parts = [part for part in row.parts if part is not gone]
    return row
