"""What the search for duplicates found, told to whoever acts on it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DuplicatesFound:
    """A search of a whole workspace is over; pairs that are safe to merge are marked so."""

    workspace_id: int
    auto: int
