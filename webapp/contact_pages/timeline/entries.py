"""One thing that happened with a contact, and the place in time from which older ones are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, or_

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, order=True)
class Place:
    """A place in time: the moment, then the source, then the row, so that no two are the same."""

    at: datetime
    rank: int
    number: int

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place that an address names; None for what is none."""
        at, _, rest = text.partition("_")
        rank, _, number = rest.partition("_")
        try:
            place = cls(datetime.fromisoformat(at), int(rank), int(number))
        except ValueError:
            return None
        return place if place.at.tzinfo else None

    def __str__(self) -> str:
        """As it stands in an address."""
        return f"{self.at.isoformat()}_{self.rank}_{self.number}"


@dataclass(frozen=True)
class Entry:
    """One thing that happened, in plain words."""

    place: Place
    title: str
    text: str = ""
    symbol: str = "point"
    tone: str = "neutral"
    # The page that tells more: an endpoint and its values.
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.place.at


@dataclass(frozen=True)
class Window:
    """Whose entries are asked for, how many at most, and before which place."""

    workspace: Workspace
    contact: Contact
    rank: int
    limit: int
    before: Place | None = None

    def of(self, asked: Select[*Columns], at: Any, number: Any) -> Select[*Columns]:
        """The rows of a source in this window, newest first."""
        newest = asked.order_by(at.desc(), number.desc()).limit(self.limit)
        if self.before is None:
            return newest
        return newest.where(self._is_older(self.before, at, number))

    def place(self, at: datetime, number: int) -> Place:
        """The place of a row of this source."""
        return Place(at, self.rank, number)

    def _is_older(self, than: Place, at: Any, number: Any) -> ColumnElement[bool]:
        if self.rank < than.rank:
            return at <= than.at  # type: ignore[no-any-return]
        if self.rank > than.rank:
            return at < than.at  # type: ignore[no-any-return]
        return or_(at < than.at, and_(at == than.at, number < than.number))


# Reads the newest entries of one kind in a window.
Source = Callable[[Window], list[Entry]]
