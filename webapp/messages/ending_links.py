"""What makes a signed link end: a moment, and the address it was mailed to."""

from datetime import UTC, datetime

from webapp.core import addresses, clock
from webapp.core.encryption import derived_key


def ids(ends: datetime, address: str) -> tuple[int, int]:
    """The two numbers that such a token carries: the minute it ends, and a mark of the address."""
    return _minute(ends), _mark(address)


def is_open(ids: tuple[int, int], address: str) -> bool:
    """Whether it is not over, and was mailed to this address."""
    minute, mark = ids
    return _minute(clock.now()) <= minute and mark == _mark(address)


def _minute(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp()) // 60


def _mark(address: str) -> int:
    mark = addresses.keyed_hash(address, derived_key("fresh link"))
    return int.from_bytes(mark[:4], "big")
