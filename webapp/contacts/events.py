"""What happens to contacts, told to the features above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AddressEntered:
    """A contact has an address it did not have before: a new contact, or a corrected one."""

    workspace_id: int
    contact_id: int
    email: str


@dataclass(frozen=True)
class ContactChanged:
    """A contact is new, or some of what is known of it changed; fields as `records` names them."""

    workspace_id: int
    contact_id: int
    fields: frozenset[str]


@dataclass(frozen=True)
class ContactsChanged:
    """Many contacts changed at once, by an import or a merge; whoever needs to know scans."""

    workspace_id: int
    reason: str
