"""What a number of a workbook means under its format: a date, a code with its zeros, a number."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

Shown = Callable[[str], str]

# Formats that Excel has by number (ECMA-376 part 1, 18.8.30), also those of its Asian editions.
_MOMENTS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
# What is written between quotes, in brackets or behind a backslash is no placeholder.
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_CODE = re.compile(r"0[0# \-.()/\xa0\u202f]*")
# Excel counts 29 February 1900, which never was.
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_EPOCH_OF_THE_MAC = datetime(1904, 1, 1, tzinfo=UTC)
_BEFORE_THE_FAULT = 60
_LAST_DAY = 2_958_465


def number(value: str) -> str:
    """The number as a person would write it, without what binary fractions add."""
    if value.isdigit():
        return value
    try:
        real = float(value)
    except ValueError:
        return value
    if real.is_integer() and abs(real) < 1e15:
        return str(int(real))
    return f"{real:.15g}"


def shower(format_id: int, code: str, *, from_1904: bool) -> Shown:
    """How numbers of this format are shown."""
    is_moment = _is_moment(code) if code else format_id in _MOMENTS
    digits = _digits(code)
    if is_moment:
        epoch = _EPOCH_OF_THE_MAC if from_1904 else _EPOCH
        return lambda value: moment(value, epoch)
    if digits > 1:
        return lambda value: number(value).zfill(digits)
    return number


def moment(serial: str, epoch: datetime = _EPOCH) -> str:
    """Days since an epoch as a day, a time, or both (ISO 8601 with a space between)."""
    try:
        days = float(serial)
    except ValueError:
        return serial
    if not 0 <= days <= _LAST_DAY:
        return number(serial)
    if epoch == _EPOCH and 1 <= days < _BEFORE_THE_FAULT:
        days += 1
    at = epoch + timedelta(seconds=round(days * 86_400))
    if days < 1:
        return f"{at:%H:%M:%S}"
    return f"{at:%Y-%m-%d}" if at.time() == time.min else f"{at:%Y-%m-%d %H:%M:%S}"


def _is_moment(code: str) -> bool:
    """Whether a format of one's own is that of a date or a time."""
    bare = _LITERAL.sub("", code.partition(";")[0]).lower()
    return "general" not in bare and re.search(r"[dmyhs]", bare) is not None


def _digits(code: str) -> int:
    """How many digits a code such as a postcode (`00000`) or a phone number has at least."""
    bare = _LITERAL.sub("", code.partition(";")[0]).strip()
    if not _CODE.fullmatch(bare) or "." in bare or "/" in bare:
        return 0
    return sum(1 for sign in bare if sign in "0#")
