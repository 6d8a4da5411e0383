"""What saved rules lean on: other segments, and what is known of measured people alone."""

from collections.abc import Iterator, Mapping
from typing import Any

from webapp.segments.subjects import EVENT, SEGMENT

_MEASURED = {"clicks", "last_click"}
Rules = Mapping[str, Any]


def which(rules: Mapping[int, Rules]) -> set[int]:
    """The segments that ask, themselves or through another, what measured people did."""
    found = {number for number, own in rules.items() if _asks(own)}
    while True:
        more = {n for n, own in rules.items() if n not in found and found & leans(own)}
        if not more:
            return found
        found |= more


def leans(rules: Rules) -> set[int]:
    """The segments that these rules ask about."""
    numbers = (
        key.removeprefix(SEGMENT) for key in keys(rules) if key.startswith(SEGMENT)
    )
    return {int(number) for number in numbers if number.isdigit()}


def keys(rules: Rules) -> Iterator[str]:
    """The keys of all subjects in saved rules, whatever their version."""
    waiting: list[Any] = [rules.get("root")]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict):
            continue
        if isinstance(node.get("subject"), str):
            yield node["subject"]
        waiting.extend(node.get("rules", []))


def _asks(rules: Rules) -> bool:
    return any(key in _MEASURED or key.startswith(EVENT) for key in keys(rules))
