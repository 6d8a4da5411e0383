"""What happens to contacts, told to the features above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AddressEntered:
    """A contact has an address it did not have before: a new contact, or a corrected one."""

    workspace_id: int
    contact_id: int
    email: str
