"""Rules written in Python, for segments of ours."""

from webapp.segments.kinds import Operator
from webapp.segments.tree import Condition, Group, Match, Value, Window


def asks(
    subject: str, operator: str, value: Value = None, within: Window | None = None
) -> Condition:
    """One condition."""
    return Condition(subject, Operator(operator), value, within=within)


def all_of(*rules: Condition | Group) -> Group:
    """All of them hold."""
    return Group(Match.ALL, rules)


def any_of(*rules: Condition | Group) -> Group:
    """One of them holds."""
    return Group(Match.ANY, rules)
