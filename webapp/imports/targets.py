"""What a column of a file can be: a field of the contact, or something about an order or an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webapp.contacts.fields import ATTRIBUTE, FIELDS
from webapp.contacts.models import Attribute, AttributeKind
from webapp.core.i18n import _l
from webapp.imports.models import Kind

IGNORED = ""
EMAIL = "email"
FULL_NAME = "full_name"
STATUS = "status"
ROW_DATE = "row_date"
# Fields that listmonk packs into one cell (JSON).
PACKED = "packed"
SALE_NUMBER = "sale:reference"
SALE_DATE = "sale:sold_on"
# A column for which the workspace gets a new field: "new:number:Pointure".
NEW = "new:"
NEW_KINDS = (
    AttributeKind.TEXT,
    AttributeKind.NUMBER,
    AttributeKind.DATE,
    AttributeKind.YES_NO,
)

_OF_CONTACTS = {
    FULL_NAME: _l("First and last name in one"),
    STATUS: _l("Status at the former tool"),
    ROW_DATE: _l("Date of the last change"),
    SALE_NUMBER: _l("Number of the sale"),
    SALE_DATE: _l("Day of the sale"),
    PACKED: _l("Several fields in one (JSON)"),
}
_OF_OPT_OUTS = {
    EMAIL: _l("E-mail"),
    STATUS: _l("Reason or status"),
    ROW_DATE: _l("Date"),
}
_OF_ORDERS = {
    "order:number": _l("Order: number"),
    "order:shop": _l("Order: shop"),
    "order:placed_at": _l("Order: date"),
    "order:status": _l("Order: status"),
    "order:currency": _l("Order: currency"),
    "order:total": _l("Order: total"),
    "order:discount": _l("Order: discount"),
    "order:shipping": _l("Order: shipping"),
    "order:coupon": _l("Order: coupon"),
    "line:sku": _l("Article: reference"),
    "line:name": _l("Article: name"),
    "line:category": _l("Article: category"),
    "line:quantity": _l("Article: quantity"),
    "line:unit_price": _l("Article: unit price"),
    "line:total": _l("Article: total"),
}
_OF_EVENTS = {
    "event:name": _l("Event: name"),
    "event:at": _l("Event: date and hour"),
    "event:key": _l("Event: identifier"),
    "event:properties": _l("Event: properties (JSON)"),
    "event:property": _l("Event: a property named as the column"),
}
# Without these, a line says nothing.
NEEDED = {
    Kind.CONTACTS: (EMAIL,),
    Kind.OPT_OUTS: (EMAIL,),
    Kind.ORDERS: ("order:number", "order:placed_at"),
    Kind.EVENTS: ("event:name", "event:at"),
}
# By any of these the contact of an order or an event is known again.
MATCHED_BY = (EMAIL, "phone")
KEY = "key:"


@dataclass(frozen=True)
class Group:
    """Targets that stand together in the box of choices."""

    label: Any
    choices: Sequence[tuple[str, Any]]


def groups(kind: Kind, own: Sequence[Attribute]) -> list[Group]:
    """Everything a column of such a file can be."""
    if kind is Kind.OPT_OUTS:
        return [Group(_l("Opt-outs"), tuple(_OF_OPT_OUTS.items()))]
    profile = [(field.key, field.label) for field in FIELDS.values()]
    fields = [(f"{ATTRIBUTE}{one.key}", one.name) for one in own]
    found = [Group(_l("Contact"), profile)]
    if kind is Kind.CONTACTS:
        found.append(Group(_l("Your own fields"), fields))
        found.append(Group(_l("About the line"), tuple(_OF_CONTACTS.items())))
        return found
    found[0] = Group(_l("Contact"), [*profile, (FULL_NAME, _OF_CONTACTS[FULL_NAME])])
    keys = [
        (f"{KEY}{one.key}", _l("Known by “%(field)s”", field=one.name))
        for one in own
        if one.kind in {AttributeKind.TEXT, AttributeKind.NUMBER}
    ]
    own_words = _OF_ORDERS if kind is Kind.ORDERS else _OF_EVENTS
    label = _l("Order") if kind is Kind.ORDERS else _l("Event")
    return [
        Group(label, tuple(own_words.items())),
        *found,
        Group(_l("The contact is known by"), keys),
    ]


def known(kind: Kind, own: Sequence[Attribute]) -> dict[str, Any]:
    """Every target of such a file with its words."""
    return {name: label for group in groups(kind, own) for name, label in group.choices}


def new(name: str) -> tuple[AttributeKind, str] | None:
    """The kind and the name of the field a column is to make; None for a target that is known."""
    if not name.startswith(NEW):
        return None
    kind, _, words = name.removeprefix(NEW).partition(":")
    if kind not in {one.value for one in NEW_KINDS} or not words.strip():
        return None
    return AttributeKind(kind), words.strip()[:80]
