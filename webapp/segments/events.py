"""What happens to segments, for the features above them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SegmentLeaving:
    """A segment is about to be deleted; a listener who still needs it raises."""

    segment_id: int
