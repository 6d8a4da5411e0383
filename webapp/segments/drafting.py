"""A segment while it is being built: rows of words, not yet checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from webapp.segments import upgrading
from webapp.segments.catalogue import Catalogue
from webapp.segments.kinds import WITHOUT_VALUE, Kind, Operator, Shape, shape
from webapp.segments.subjects import Subject
from webapp.segments.tree import MAX_CONDITIONS, MAX_DEPTH, VERSION, Match

_NUMBERS = {Kind.NUMBER, Kind.TIMES, Kind.SAMPLE}
_MORE = ("measure", "within", "where", "salt")


@dataclass
class Row:
    """A condition as it was typed."""

    subject: Subject
    operator: Operator
    value: str = ""
    path: str = ""
    # What this page has no control for, as JSON with the key of its subject: kept as it is.
    more: str = ""

    @property
    def takes_value(self) -> bool:
        """Whether a value is to be typed."""
        return self.operator not in WITHOUT_VALUE

    @property
    def operators(self) -> list[Operator]:
        """The comparisons this page has controls for."""
        return [
            one
            for one in self.subject.operators
            if shape(one) is not Shape.RANGE or one is self.operator
        ]

    @property
    def control(self) -> str:
        """The control for the value: text, number, date, choice or yes_no."""
        if shape(self.operator) in {Shape.MANY, Shape.RANGE}:
            return "text"
        if shape(self.operator) is Shape.DAYS or self.subject.kind in _NUMBERS:
            return "number"
        if self.operator is Operator.SINCE:
            return "date"
        return self.subject.kind.value


@dataclass
class Rows:
    """A group as it stands on the page."""

    match: str = Match.ALL
    rows: list["Row | Rows"] = field(default_factory=list)
    path: str = "0"

    @property
    def is_group(self) -> bool:
        """For the template: a condition has no such word."""
        return True

    @property
    def may_hold_groups(self) -> bool:
        """Whether a group inside would still be shallow enough."""
        return self.path.count(".") + 1 < MAX_DEPTH


def blank(catalogue: Catalogue) -> Rows:
    """A group with one condition to fill in."""
    return _numbered(Rows(rows=[_new_row(catalogue)]))


def from_json(data: Mapping[str, Any], catalogue: Catalogue) -> Rows:
    """The rows of saved rules; a condition about something that is gone is left out."""
    old = "version" in data
    root = _from_node(data["root"], catalogue, old=old)
    return _numbered(root if isinstance(root, Rows) else blank(catalogue))


def from_form(form: Mapping[str, str], catalogue: Catalogue) -> Rows:
    """The rows as the page posted them: `0.1.subject`, `0.1.operator` and so on."""
    root = _posted(form, "0", catalogue, [MAX_CONDITIONS * 2])
    return _numbered(root if isinstance(root, Rows) else blank(catalogue))


def change(root: Rows, wish: str, catalogue: Catalogue) -> Rows:
    """Do what a button of the page asked: add:<path>, group:<path>, remove:<path>."""
    verb, _, path = wish.partition(":")
    if verb == "remove":
        return _numbered(_without(root, path) or blank(catalogue))
    group = _find(root, path)
    if group and verb == "add":
        group.rows.append(_new_row(catalogue))
    if group and verb == "group" and group.may_hold_groups:
        group.rows.append(Rows(match=Match.ANY, rows=[_new_row(catalogue)]))
    return _numbered(root)


def to_json(root: Rows) -> dict[str, Any]:
    """The rules as `rules.read` takes them, values converted as far as they can be."""
    return {"v": VERSION, "root": _to_node(root)}


def _new_row(catalogue: Catalogue) -> Row:
    subject = catalogue.first
    return Row(subject, subject.operators[0])


def _numbered(root: Rows, path: str = "0") -> Rows:
    root.path = path
    for number, row in enumerate(root.rows):
        if isinstance(row, Rows):
            _numbered(row, f"{path}.{number}")
        else:
            row.path = f"{path}.{number}"
    return root


def _posted(
    form: Mapping[str, str], path: str, catalogue: Catalogue, left: list[int]
) -> "Row | Rows | None":
    left[0] -= 1
    if left[0] < 0 or path.count(".") > MAX_DEPTH:
        return None
    if f"{path}.match" in form:
        found = (
            _posted(form, f"{path}.{number}", catalogue, left)
            for number in range(MAX_CONDITIONS)
            if f"{path}.{number}.match" in form or f"{path}.{number}.subject" in form
        )
        wished = form[f"{path}.match"]
        match = Match(wished) if wished in tuple(Match) else Match.ALL
        return Rows(match=match, rows=[row for row in found if row])
    subject = catalogue.find(form.get(f"{path}.subject", ""))
    if subject is None:
        return None
    wished = form.get(f"{path}.operator", "")
    usable = wished if wished in subject.operators else subject.operators[0]
    return Row(
        subject,
        Operator(usable),
        form.get(f"{path}.value", ""),
        more=form.get(f"{path}.more", ""),
    )


def _from_node(
    node: Mapping[str, Any], catalogue: Catalogue, *, old: bool
) -> "Row | Rows | None":
    if "match" in node:
        rows = [_from_node(rule, catalogue, old=old) for rule in node["rules"]]
        return Rows(match=node["match"], rows=[row for row in rows if row])
    subject = catalogue.find(node["subject"])
    if subject is None:
        return None
    operator = node["operator"]
    operator = upgrading.operator(operator, subject) if old else operator
    if operator not in subject.operators:
        return None
    more = {name: node[name] for name in _MORE if name in node}
    return Row(
        subject,
        Operator(operator),
        _typed(node.get("value", "")),
        more=json.dumps({"subject": subject.key, **more}) if more else "",
    )


def _to_node(node: "Row | Rows") -> dict[str, Any]:
    if isinstance(node, Rows):
        return {"match": str(node.match), "rules": [_to_node(row) for row in node.rows]}
    written = _more(node) | {
        "subject": node.subject.key,
        "operator": node.operator.value,
    }
    return written | ({"value": _converted(node)} if node.takes_value else {})


def _more(row: Row) -> dict[str, Any]:
    """What was kept of this very subject; whatever else was posted is left out."""
    try:
        kept = json.loads(row.more or "{}")
    except ValueError:
        return {}
    if not isinstance(kept, dict) or kept.get("subject") != row.subject.key:
        return {}
    return {name: kept[name] for name in _MORE if name in kept}


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_typed(one) for one in value)
    return str(value)


def _converted(row: Row) -> Any:
    if shape(row.operator) in {Shape.MANY, Shape.RANGE}:
        parts = (one.strip() for one in row.value.split(";"))
        is_number = row.subject.kind in _NUMBERS
        return [_number(one) if is_number else one for one in parts if one]
    text = row.value.strip()
    if row.control == Kind.YES_NO:
        return {"yes": True, "no": False}.get(text)
    return _number(text) if row.control == Kind.NUMBER else text


def _number(text: str) -> Any:
    plain = text.replace(",", ".").replace("\u202f", "").replace(" ", "")
    try:
        return int(plain) if plain.lstrip("+-").isdigit() else float(plain)
    except ValueError:
        return text


def _find(root: Rows, path: str) -> Rows | None:
    if root.path == path:
        return root
    inside = (_find(row, path) for row in root.rows if isinstance(row, Rows))
    return next((found for found in inside if found), None)


def _without(root: Rows, path: str) -> Rows | None:
    """The rows without one of them; a group left without rows goes as well."""
    kept: list[Row | Rows] = []
    for row in root.rows:
        left = _without(row, path) if isinstance(row, Rows) else row
        if left and row.path != path:
            kept.append(left)
    return replace(root, rows=kept) if kept else None
