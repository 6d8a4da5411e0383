"""Rules out of JSON that anybody may have written: what fits the catalogue, and a refusal with its place."""

from typing import Any

from webapp.core.i18n import _l
from webapp.segments import upgrading, values, windows
from webapp.segments.catalogue import Catalogue
from webapp.segments.kinds import OPERATORS, WITHOUT_VALUE, Kind, Operator
from webapp.segments.subjects import Measure, Subject
from webapp.segments.tree import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    VERSION,
    Condition,
    Group,
    Match,
    RuleError,
    Value,
    conditions,
    write,
)

__all__ = ["Condition", "Group", "Match", "RuleError", "conditions", "read", "write"]

# So many conditions may each time have to meet.
MAX_PARTS = 10
LONGEST_SALT = 20
_ALWAYS = {"subject", "operator", "value"}
_ALSO = {Kind.TIMES: {"measure", "within", "where"}, Kind.SAMPLE: {"salt"}}


def read(data: Any, catalogue: Catalogue) -> Group:
    """The rules in a JSON value.

    :raises RuleError: for anything that `write` would not have written for this workspace.
    """
    if not isinstance(data, dict) or set(data) not in ({"v", "root"}, upgrading.KEYS):
        raise RuleError("", _l("These are not the rules of a segment."))
    version = data.get("v", data.get("version"))
    expected = VERSION if "v" in data else upgrading.VERSION
    if type(version) is not int or version != expected:
        raise RuleError("", _l("These rules were written by another version."))
    root = _Reader(catalogue, is_old="version" in data).node(data["root"], "", 1)
    if not isinstance(root, Group):
        raise RuleError("", _l("These are not the rules of a segment."))
    return root


class _Reader:
    def __init__(self, catalogue: Catalogue, *, is_old: bool) -> None:
        self._catalogue = catalogue
        self._is_old = is_old
        self._conditions = 0

    def node(self, data: Any, place: str, depth: int) -> Condition | Group:
        if not isinstance(data, dict):
            raise RuleError(place, _l("This is neither a condition nor a group."))
        if "match" in data:
            return self._group(data, place, depth)
        return self._condition(data, place)

    def _group(self, data: dict[str, Any], place: str, depth: int) -> Group:
        if depth > MAX_DEPTH:
            said = _l("At most %(most)d groups inside one another.", most=MAX_DEPTH)
            raise RuleError(place, said)
        match, rules = data["match"], data.get("rules")
        if set(data) != {"match", "rules"} or match not in tuple(Match):
            raise RuleError(place, _l("This is neither a condition nor a group."))
        if not isinstance(rules, list) or not rules:
            raise RuleError(place, _l("This group has no condition."))
        if len(rules) > MAX_CONDITIONS:
            raise RuleError(place, _too_many())
        return Group(
            Match(match),
            tuple(
                self.node(rule, f"{place}.{n}".lstrip("."), depth + 1)
                for n, rule in enumerate(rules, 1)
            ),
        )

    def _condition(self, data: dict[str, Any], place: str) -> Condition:
        key = data.get("subject")
        subject = self._catalogue.find(key) if isinstance(key, str) else None
        return self._about(subject, data, place)

    def _about(
        self, subject: Subject | None, data: dict[str, Any], place: str
    ) -> Condition:
        self._conditions += 1
        if self._conditions > MAX_CONDITIONS:
            raise RuleError(place, _too_many())
        if subject is None:
            raise RuleError(place, _l("What this condition asks about is gone."))
        if not set(data) <= _ALWAYS | _ALSO.get(subject.kind, set()):
            raise RuleError(place, _l("This is neither a condition nor a group."))
        operator = self._operator(subject, data.get("operator"), place)
        measure = _measure(subject, data.get("measure", Measure.COUNT), place)
        return Condition(
            subject.key,
            operator,
            _value(data.get("value"), subject, operator, measure, place),
            measure,
            windows.read(data["within"], f"{place}.within")
            if "within" in data
            else None,
            self._parts(subject, data.get("where", []), place),
            _salt(data.get("salt", ""), place),
        )

    def _operator(self, subject: Subject, name: Any, place: str) -> Operator:
        if self._is_old:
            name = upgrading.operator(name, subject)
        if name not in OPERATORS[subject.kind]:
            raise RuleError(place, _l("This cannot be compared like that."))
        return Operator(name)

    def _parts(self, subject: Subject, found: Any, place: str) -> tuple[Condition, ...]:
        if not isinstance(found, list) or len(found) > MAX_PARTS:
            raise RuleError(place, _l("This is neither a condition nor a group."))
        return tuple(
            self._part(subject, one, f"{place}.where.{n}")
            for n, one in enumerate(found, 1)
        )

    def _part(self, subject: Subject, data: Any, place: str) -> Condition:
        if not isinstance(data, dict):
            raise RuleError(place, _l("This is neither a condition nor a group."))
        key = data.get("subject")
        if not isinstance(key, str) or not values.is_text(key):
            raise RuleError(place, _l("What this condition asks about is gone."))
        if not key:
            raise RuleError(place, _l("Write the name of the property."))
        return self._about(subject.part(key), data, place)


def _value(
    value: Any, subject: Subject, operator: Operator, measure: Measure, place: str
) -> Value:
    if operator not in WITHOUT_VALUE:
        return values.read(value, subject, operator, measure, place)
    if value is not None:
        raise RuleError(place, _l("This condition takes no value."))
    return None


def _measure(subject: Subject, name: Any, place: str) -> Measure:
    if name not in (subject.measures or (Measure.COUNT,)):
        raise RuleError(place, _l("This cannot be compared like that."))
    return Measure(name)


def _salt(salt: Any, place: str) -> str:
    if (
        not isinstance(salt, str)
        or len(salt) > LONGEST_SALT
        or not values.is_text(salt)
    ):
        raise RuleError(place, _l("This is neither a condition nor a group."))
    return salt


def _too_many() -> Any:
    return _l("A segment has at most %(most)d conditions.", most=MAX_CONDITIONS)
