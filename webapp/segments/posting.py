"""The rows of a segment as the page posts them: `0.1.subject`, `0.1.w0.value` and so on."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

from webapp.segments.catalogue import Catalogue
from webapp.segments.drafts import Row, Rows, Span, blank, numbered
from webapp.segments.kinds import Kind, Operator
from webapp.segments.rules import MAX_PARTS
from webapp.segments.subjects import Measure, Subject
from webapp.segments.tree import MAX_CONDITIONS, MAX_DEPTH, Match

Form = Mapping[str, Sequence[str]]
# Each condition may stand in as many groups as there are levels.
_MOST_ROWS = MAX_CONDITIONS * MAX_DEPTH + 1
_SPANS = ("ever", "last", "ago", "days")


def from_form(form: Form, catalogue: Catalogue) -> Rows:
    """The rows that were posted; what makes no sense is left out."""
    return numbered(_Posted(form, catalogue).group("0") or blank(catalogue))


class _Posted:
    def __init__(self, form: Form, catalogue: Catalogue) -> None:
        self._form = form
        self._catalogue = catalogue
        self._left = _MOST_ROWS

    def group(self, path: str) -> Rows | None:
        if not self._has(f"{path}.match") or path.count(".") >= MAX_DEPTH:
            return None
        # One more than may be: it is refused with a sentence, not left out unseen.
        paths = (f"{path}.{number}" for number in range(MAX_CONDITIONS + 1))
        rows = [self._either(one) for one in paths]
        match = self._first(f"{path}.match")
        wished = Match(match) if match in tuple(Match) else Match.ALL
        return Rows(match=wished, rows=[row for row in rows if row])

    def _either(self, path: str) -> Row | Rows | None:
        if self._left <= 0:
            return None
        if self._has(f"{path}.match"):
            self._left -= 1
            return self.group(path)
        subject = self._catalogue.find(self._first(f"{path}.subject"))
        if subject is None:
            return None
        self._left -= 1
        row = self._row(path, subject)
        if row.happens:
            row.span = self._span(path)
            parts = (self._part(f"{path}.w{n}", subject) for n in range(MAX_PARTS))
            row.parts = [part for part in parts if part]
        return row

    def _part(self, path: str, whole: Subject) -> Row | None:
        if not self._has(f"{path}.subject"):
            return None
        key = self._first(f"{path}.subject")
        subject = whole.part(key)
        if subject is None and not whole.parts and not key:
            subject = Subject("", "", Kind.PROPERTY)
        return self._row(path, subject) if subject else None

    def _row(self, path: str, subject: Subject) -> Row:
        operator = self._first(f"{path}.operator")
        usable = operator if operator in subject.operators else subject.operators[0]
        row = Row(subject, Operator(usable))
        # What was typed for another type says nothing of this one.
        if self._first(f"{path}.for", row.written_for) != row.written_for:
            return row
        row.values = self._lines(f"{path}.value")
        row.type = self._first(f"{path}.type", "text")
        row.salt = self._first(f"{path}.salt")
        measure = self._first(f"{path}.measure")
        row.measure = measure if measure in subject.measures else Measure.COUNT
        return row

    def _span(self, path: str) -> Span:
        found = {
            one.name: self._first(f"{path}.span.{one.name}") for one in fields(Span)
        }
        kind = found["kind"]
        return Span(**(found | {"kind": kind if kind in _SPANS else "ever"}))

    def _has(self, name: str) -> bool:
        return name in self._form

    def _first(self, name: str, otherwise: str = "") -> str:
        return next(iter(self._form.get(name, ())), otherwise)

    def _lines(self, name: str) -> list[str]:
        return [
            line.removesuffix("\r")
            for text in self._form.get(name, ())
            for line in text.split("\n")
        ]
