"""The time over which things are counted."""

from datetime import date
from typing import Any

from webapp.core.i18n import _l
from webapp.segments import values
from webapp.segments.tree import MAX_DAYS, Ago, Days, Last, RuleError, Window


def read(data: Any, place: str) -> Window:
    """The window in a JSON value.

    :raises RuleError: for anything else.
    """
    if not isinstance(data, dict) or not data:
        raise RuleError(place, _l("This is no span of time."))
    if set(data) == {"last"}:
        return Last(values.days(data["last"], place))
    if set(data) == {"ago"}:
        return _ago(data["ago"], place)
    if not set(data) <= {"from", "to"}:
        raise RuleError(place, _l("This is no span of time."))
    first, last = (_day(data, name, place) for name in ("from", "to"))
    if first and last and first > last:
        raise RuleError(place, _l("The first day comes after the last one."))
    return Days(first, last)


def _day(data: dict[str, Any], name: str, place: str) -> date | None:
    return values.day(data[name], place) if name in data else None


def _ago(data: Any, place: str) -> Ago:
    if not isinstance(data, list) or [type(one) for one in data] != [int, int]:
        raise RuleError(place, _l("This is no span of time."))
    near, far = data
    if not 0 <= near <= far <= MAX_DAYS:
        said = _l("Write two numbers of days, from 0 to %(most)d.", most=MAX_DAYS)
        raise RuleError(place, said)
    return Ago(near, far)
