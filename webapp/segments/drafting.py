"""Between the rules of a segment and the rows of the page on which it is built."""

from collections.abc import Mapping
from typing import Any

from webapp.segments import upgrading
from webapp.segments.catalogue import Catalogue
from webapp.segments.drafts import NUMBERS, Row, Rows, Span, blank, numbered
from webapp.segments.kinds import Kind, Operator, Shape, shape
from webapp.segments.subjects import Measure, Subject
from webapp.segments.tree import VERSION

# Spaces around these may be meant; around a whole value they never are.
_PIECES = {
    Operator.CONTAINS,
    Operator.CONTAINS_NOT,
    Operator.STARTS,
    Operator.ENDS,
}
_YES_NO = {"yes": True, "no": False}


def from_json(data: Mapping[str, Any], catalogue: Catalogue) -> Rows:
    """The rows of saved rules; a condition about something that is gone is left out."""
    old = "version" in data
    root = _from_node(data["root"], catalogue, old=old)
    return numbered(root if isinstance(root, Rows) else blank(catalogue))


def to_json(root: Rows) -> dict[str, Any]:
    """The rules as `rules.read` takes them, values converted as far as they can be."""
    return {"v": VERSION, "root": _to_node(root)}


def _from_node(
    node: Mapping[str, Any], catalogue: Catalogue, *, old: bool
) -> Row | Rows | None:
    if "match" in node:
        rows = [_from_node(rule, catalogue, old=old) for rule in node["rules"]]
        return Rows(match=node["match"], rows=[row for row in rows if row])
    return _row(catalogue.find(node["subject"]), node, old=old)


def _row(
    subject: Subject | None, node: Mapping[str, Any], *, old: bool = False
) -> Row | None:
    if subject is None:
        return None
    operator = node["operator"]
    operator = upgrading.operator(operator, subject) if old else operator
    if operator not in subject.operators:
        return None
    value = node.get("value", [])
    parts = (_row(subject.part(one["subject"]), one) for one in node.get("where", []))
    return Row(
        subject,
        Operator(operator),
        [_typed(one) for one in (value if isinstance(value, list) else [value])],
        _type(value),
        node.get("measure", Measure.COUNT),
        _span(node.get("within", {})),
        [part for part in parts if part],
        node.get("salt", ""),
    )


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return _typed(value)
    return "number" if isinstance(value, int | float) else "text"


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _span(within: Mapping[str, Any]) -> Span:
    if "last" in within:
        return Span("last", last=str(within["last"]))
    if "ago" in within:
        near, far = within["ago"]
        return Span("ago", near=str(near), far=str(far))
    if within:
        return Span("days", first=within.get("from", ""), until=within.get("to", ""))
    return Span()


def _to_node(node: Row | Rows) -> dict[str, Any]:
    if isinstance(node, Rows):
        return {"match": str(node.match), "rules": [_to_node(row) for row in node.rows]}
    written = {"subject": node.subject.key, "operator": node.operator.value}
    return written | _value(node) | _more(node)


def _value(row: Row) -> dict[str, Any]:
    if not row.takes_value:
        return {}
    match shape(row.operator):
        case Shape.MANY:
            return {"value": [_one(row, one) for one in row.values if one.strip()]}
        case Shape.RANGE:
            return {"value": [_one(row, row.value), _one(row, row.high)]}
    return {"value": _one(row, row.value)}


def _one(row: Row, text: str) -> Any:
    if row.control == "typed":
        return _of_property(row.type, text)
    if row.subject.kind is Kind.YES_NO:
        return _YES_NO.get(text)
    if row.subject.kind in NUMBERS or row.control == "number":
        return _number(text)
    return text if row.operator in _PIECES else text.strip()


def _of_property(kind: str, text: str) -> Any:
    if kind in _YES_NO:
        return _YES_NO[kind]
    # A text that is no number is refused as one, rather than taken for a text.
    return text.strip() if kind == "text" else _as_number(text)


def _as_number(text: str) -> Any:
    found = _number(text)
    return None if isinstance(found, str) else found


def _more(row: Row) -> dict[str, Any]:
    """What only some subjects have; what another one left behind is not among it."""
    if row.subject.kind is Kind.SAMPLE:
        return {"salt": row.salt} if row.salt else {}
    if not row.happens:
        return {}
    found = {
        "measure": row.measure if row.measure != Measure.COUNT else "",
        "within": _window(row.span),
        "where": [_to_node(part) for part in row.parts],
    }
    return {name: one for name, one in found.items() if one or name in _wished(row)}


def _wished(row: Row) -> set[str]:
    """A span without its days is to be refused, not forgotten."""
    return set() if row.span.kind == "ever" else {"within"}


def _window(span: Span) -> dict[str, Any]:
    match span.kind:
        case "last":
            return {"last": _number(span.last)}
        case "ago":
            return {"ago": [_number(span.near), _number(span.far)]}
        case "days":
            days = {"from": span.first, "to": span.until}
            return {name: day for name, day in days.items() if day}
    return {}


def _number(text: str) -> Any:
    plain = text.replace(",", ".").replace("\u202f", "").replace(" ", "").strip()
    try:
        return int(plain) if plain.lstrip("+-").isdigit() else float(plain)
    except ValueError:
        return text
