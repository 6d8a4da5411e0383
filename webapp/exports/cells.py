"""The cells of one person, as spreadsheet programs take them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from webapp.exports.columns import Column
from webapp.exports.facts import Facts


class Cells:
    """Writes people under these columns; moments are told in the zone of the workspace."""

    def __init__(self, columns: Sequence[Column], zone: ZoneInfo) -> None:
        """The same for everybody in the file."""
        self._cells = [column.cell for column in columns]
        self._zone = zone

    def of(self, person: Facts) -> list[Any]:
        """One row."""
        return [self._plain(cell(person)) for cell in self._cells]

    def _plain(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(self._zone).replace(tzinfo=None, microsecond=0)
        return float(value) if isinstance(value, Decimal) else value
