"""What happens to segments, for the features above them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SegmentLeaving:
    """A segment is about to be deleted; a listener who still needs it raises."""

    segment_id: int


@dataclass(frozen=True)
class MembersMoved:
    """People entered a segment and left it, all at one moment; `segment_change` says who."""

    workspace_id: int
    segment_id: int
    at: datetime
    entered: int
    left: int
