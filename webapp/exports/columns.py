"""The columns a file of contacts may have, and what stands in each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Row, select

from webapp.accounts.models import Workspace
from webapp.consent.models import Purpose, PurposeKind, State
from webapp.contacts import answers, queries
from webapp.contacts.fields import ATTRIBUTE, FIELDS
from webapp.contacts.models import Attribute
from webapp.core.db import db
from webapp.core.i18n import _l
from webapp.exports.facts import Facts
from webapp.purchases.words import STAGES
from webapp.subscriptions import queries as lists

STATES: dict[str, Any] = {
    State.GIVEN: _l("On the list"),
    State.PENDING: _l("Waiting for confirmation"),
    State.WITHDRAWN: _l("Left"),
    State.REFUSED: _l("Refused"),
}
# Asked for at first: what a colleague knows people by.
USUAL = ("email", "civility", "first_name", "last_name", "phone", "postcode", "city")
_MEASURED: dict[str, Any] = {
    PurposeKind.OPENS: _l("Measuring of opens"),
    PurposeKind.CLICKS: _l("Measuring of clicks"),
}
_ORDERS: dict[str, Any] = {
    "orders": _l("Orders"),
    "revenue": _l("Revenue"),
    "first_order_at": _l("First order"),
    "last_order_at": _l("Last order"),
    "average_gap_days": _l("Days between orders"),
    "r": _l("Recency (1 to 5)"),
    "f": _l("Frequency (1 to 5)"),
    "m": _l("Amount (1 to 5)"),
}


@dataclass(frozen=True)
class Column:
    """A column: how the file names it, and its cell for one person."""

    key: str
    label: Any
    cell: Callable[[Facts], Any]


@dataclass(frozen=True)
class Box:
    """What is ticked in the form: a column, or the few that tell one thing."""

    key: str
    label: Any
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Group:
    """Boxes that stand together in the form."""

    key: str
    label: Any
    boxes: tuple[Box, ...]


def groups(workspace: Workspace) -> list[Group]:
    """Every column this workspace can ask for."""
    found = [
        Group("profile", _l("Profile"), _each(_profile())),
        Group("own", _l("Your own fields"), _each(_own_fields(workspace))),
        Group("origin", _l("Where people come from"), _each(_origin())),
        Group("consent", _l("Consent, with its day and basis"), _consent(workspace)),
        Group("orders", _l("Orders"), _each(_orders())),
    ]
    return [group for group in found if group.boxes]


def chosen(workspace: Workspace, keys: list[str]) -> list[Column]:
    """The columns of these boxes, in the order of the form; those that are gone are left out."""
    wanted = set(keys)
    return [
        column
        for group in groups(workspace)
        for box in group.boxes
        if box.key in wanted
        for column in box.columns
    ]


def _each(columns: list[Column]) -> tuple[Box, ...]:
    return tuple(Box(column.key, column.label, (column,)) for column in columns)


def _own_fields(workspace: Workspace) -> list[Column]:
    return [_own(attribute) for attribute in queries.attributes(workspace)]


def _profile() -> list[Column]:
    return [
        Column(key, field.label, partial(_of_contact, key))
        for key, field in FIELDS.items()
    ]


def _own(attribute: Attribute) -> Column:
    write = partial(answers.write, attribute.kind, tuple(attribute.choices))
    key = attribute.key
    return Column(
        f"{ATTRIBUTE}{key}",
        attribute.name,
        lambda facts: _number(facts.contact.attributes.get(key), write),
    )


def _origin() -> list[Column]:
    words = {
        "source": _l("Came by"),
        "created_at": _l("Known since"),
        "updated_at": _l("Profile changed on"),
        "last_contact_at": _l("Last contact"),
    }
    return [Column(key, word, partial(_of_contact, key)) for key, word in words.items()]


def _consent(workspace: Workspace) -> tuple[Box, ...]:
    asked = [(one.purpose_id, one.name) for one in lists.every(workspace)]
    asked += [(number, _MEASURED[kind]) for number, kind in _measuring(workspace)]
    stopped = Column("suppressed", _l("Suppressed"), lambda facts: facts.suppressed)
    return (*(_place(*one) for one in asked), *_each([stopped]))


def _measuring(workspace: Workspace) -> Sequence[Row[int, str]]:
    """The purposes of measuring, as far as anybody was ever asked."""
    return db.session.execute(
        select(Purpose.id, Purpose.kind)
        .where(Purpose.workspace_id == workspace.id, Purpose.kind.in_(_MEASURED))
        .order_by(Purpose.id)
    ).all()


def _place(purpose_id: int, name: Any) -> Box:
    def cell(attribute: str, facts: Facts) -> Any:
        place = facts.places.get(purpose_id)
        return getattr(place, attribute) if place else ""

    def state(facts: Facts) -> Any:
        said = cell("state", facts)
        return str(STATES[said]) if said else ""

    key = f"purpose:{purpose_id}"
    told: tuple[tuple[str, Any, Callable[[Facts], Any]], ...] = (
        ("state", _l("%(list)s: where they stand", list=name), state),
        ("since", _l("%(list)s: since", list=name), partial(cell, "since")),
        ("basis", _l("%(list)s: legal basis", list=name), partial(cell, "basis")),
    )
    return Box(key, name, tuple(Column(f"{key}:{one}", *rest) for one, *rest in told))


def _orders() -> list[Column]:
    found = [
        Column(key, word, partial(_of_stats, key)) for key, word in _ORDERS.items()
    ]
    stage = Column(
        "stage",
        _l("Stage"),
        lambda facts: str(STAGES[facts.stats.stage]) if facts.stats else "",
    )
    return [*found, stage]


def _of_contact(key: str, facts: Facts) -> Any:
    return getattr(facts.contact, key)


def _of_stats(key: str, facts: Facts) -> Any:
    return getattr(facts.stats, key) if facts.stats else None


def _number(value: Any, write: Callable[[Any], str]) -> Any:
    """The value as it is read again; numbers stay numbers."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else write(value)
