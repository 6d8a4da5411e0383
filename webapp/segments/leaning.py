"""What saved rules lean on, read off their JSON: other segments, measuring, the passing of days."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from webapp.segments.kinds import BY_THE_DAY
from webapp.segments.subjects import EVENT, SEGMENT

_MEASURED = {"clicks", "last_click"}
Rules = Mapping[str, Any]


def measured(rules: Mapping[int, Rules]) -> set[int]:
    """The segments that ask, themselves or through another, what measured people did."""
    return _which(rules, _asks)


def passing(rules: Mapping[int, Rules]) -> set[int]:
    """The segments that people enter and leave by the day, with nobody doing anything.

    Days begin at midnight: until the next one, only what happens to people moves them.
    """
    return _which(rules, _passes)


def leans(rules: Rules) -> set[int]:
    """The segments that these rules ask about."""
    numbers = (
        key.removeprefix(SEGMENT) for key in keys(rules) if key.startswith(SEGMENT)
    )
    return {int(number) for number in numbers if number.isdigit()}


def in_order(rules: Mapping[int, Rules]) -> list[int]:
    """The segments, each after those it asks about; a circle is entered somewhere."""
    ordered: list[int] = []
    waiting = sorted(rules)
    while waiting:
        free = [one for one in waiting if not leans(rules[one]) & set(waiting) - {one}]
        ordered += free or waiting[:1]
        waiting = [one for one in waiting if one not in ordered]
    return ordered


def below(number: int, rules: Mapping[int, Rules]) -> set[int]:
    """All that a segment asks about, itself or through others; itself, where that is a circle."""
    found: set[int] = set()
    waiting = leans(rules.get(number, {}))
    while waiting - found:
        found |= waiting
        waiting = {one for each in found & rules.keys() for one in leans(rules[each])}
    return found


def keys(rules: Rules) -> Iterator[str]:
    """The keys of all subjects in saved rules, whatever their version."""
    return (str(one["subject"]) for one in _conditions(rules))


def _conditions(rules: Rules) -> Iterator[Mapping[str, Any]]:
    waiting: list[Any] = [rules.get("root")]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict):
            continue
        if "subject" in node:
            yield node
        waiting.extend(node.get("rules", []))


def _which(rules: Mapping[int, Rules], itself: Callable[[Rules], bool]) -> set[int]:
    found = {number for number, own in rules.items() if itself(own)}
    while True:
        more = {n for n, own in rules.items() if n not in found and found & leans(own)}
        if not more:
            return found
        found |= more


def _asks(rules: Rules) -> bool:
    return any(key in _MEASURED or key.startswith(EVENT) for key in keys(rules))


def _passes(rules: Rules) -> bool:
    return any(
        one.get("operator") in BY_THE_DAY
        or {"last", "ago"} & set(one.get("within", ()))
        for one in _conditions(rules)
    )
