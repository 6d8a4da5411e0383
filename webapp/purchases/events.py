"""What happens to the figures of contacts, for the features above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FiguresChanged:
    """The figures of these contacts were worked out anew: something happened to them."""

    workspace_id: int
    contact_ids: tuple[int, ...]
