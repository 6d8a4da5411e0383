"""What the buttons of the builder do to its rows."""

from collections.abc import Iterator

from webapp.segments.catalogue import Catalogue
from webapp.segments.drafts import Row, Rows, blank, blank_row, numbered, without
from webapp.segments.tree import Match

Node = Row | Rows


def change(root: Rows, wish: str, catalogue: Catalogue) -> Rows:
    """Do what a button asked: add, group, part, remove, up or down, and the path of what.

    The row where work goes on says so by its `focus`.
    """
    verb, _, path = wish.partition(":")
    found = {one.path: one for one in _every(root)}.get(path)
    if found is None:
        return root
    match verb:
        case "add" | "group" if isinstance(found, Rows):
            _add(found, verb, catalogue)
        case "part" if isinstance(found, Row) and found.may_have_parts:
            found.parts.append(found.blank_part())
        case "up" | "down" if found is not root:
            return _moved(root, found, up=verb == "up")
        case "remove":
            return _removed(root, found, catalogue)
    return numbered(root)


def _every(root: Rows) -> Iterator[Node]:
    yield root
    for row in root.rows:
        if isinstance(row, Rows):
            yield from _every(row)
        else:
            yield row
            yield from row.parts


def _add(group: Rows, verb: str, catalogue: Catalogue) -> None:
    row = blank_row(catalogue)
    row.focus = "subject"
    if verb == "add":
        group.rows.append(row)
    elif group.may_hold_groups:
        group.rows.append(Rows(match=Match.ANY, rows=[row]))


def _removed(root: Rows, gone: Node, catalogue: Catalogue) -> Rows:
    inside = f"{gone.path}."
    place = next(n for n, one in enumerate(_every(root)) if one is gone)
    before = [
        one
        for one in _every(root)
        if one is not gone and not one.path.startswith(inside)
    ]
    left = without(root, gone)
    if left is None:
        fresh = blank(catalogue)
        fresh.rows[0].focus = "subject"
        return fresh
    _focus_near(left, before[min(place, len(before) - 1)].path)
    return numbered(left)


def _focus_near(root: Rows, path: str) -> None:
    """On what stood after the one that is gone, else on the last of all."""
    rows = list(_every(root))
    near = next((one for one in rows if one.path == path), rows[-1])
    near.focus = "match" if isinstance(near, Rows) else "subject"


def _moved(root: Rows, row: Node, *, up: bool) -> Rows:
    around = next((one for one in _groups(root) if _place(one, row) is not None), None)
    if around is None:
        return root
    place = _place(around, row) or 0
    there = place + (-1 if up else 1)
    row.focus = "up" if up else "down"
    if not 0 <= there < len(around.rows):
        return _moved_out(root, around, row, up=up)
    beside = around.rows[there]
    if isinstance(beside, Rows) and isinstance(row, Row):
        around.rows.pop(place)
        beside.rows.insert(len(beside.rows) if up else 0, row)
    else:
        around.rows[place], around.rows[there] = beside, row
    return numbered(_tidied(root))


def _moved_out(root: Rows, around: Rows, row: Node, *, up: bool) -> Rows:
    """Past the edge of its group: to the group around that one."""
    outer = next(
        (one for one in _groups(root) if _place(one, around) is not None), None
    )
    if outer is None:
        return root
    place = _place(outer, around) or 0
    around.rows.pop(_place(around, row) or 0)
    outer.rows.insert(place if up else place + 1, row)
    return numbered(_tidied(root))


def _groups(root: Rows) -> Iterator[Rows]:
    return (one for one in _every(root) if isinstance(one, Rows))


def _place(group: Rows, row: Node) -> int | None:
    """Where it stands in this group; by itself, since two rows may say the same."""
    return next((n for n, one in enumerate(group.rows) if one is row), None)


def _tidied(root: Rows) -> Rows:
    return without(root, None) or root
