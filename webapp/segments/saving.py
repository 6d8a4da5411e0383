"""Keep, change and delete a segment."""

from typing import Any

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core import clock, events
from webapp.core.db import db
from webapp.segments import rules
from webapp.segments.events import SegmentLeaving
from webapp.segments.models import Segment
from webapp.segments.queries import catalogue


def create(workspace: Workspace, name: str, data: dict[str, Any]) -> Segment:
    """A new segment; raises RuleError when its rules cannot be used."""
    segment = Segment(
        workspace_id=workspace.id, name=name, rules=_checked(workspace, data)
    )
    db.session.add(segment)
    db.session.flush()
    auditing.record(workspace, "segment.created", segment)
    return segment


def update(
    workspace: Workspace, segment: Segment, name: str, data: dict[str, Any]
) -> None:
    """Rename a segment and give it new rules; raises RuleError when they cannot be used."""
    segment.rules = _checked(workspace, data)
    segment.name = name
    segment.updated_at = clock.now()
    auditing.record(workspace, "segment.changed", segment)


def delete(workspace: Workspace, segment: Segment) -> None:
    """Delete a segment, unless somebody who listens still needs it."""
    events.publish(SegmentLeaving(segment.id))
    auditing.record(workspace, "segment.deleted", segment)
    db.session.delete(segment)


def _checked(workspace: Workspace, data: dict[str, Any]) -> dict[str, Any]:
    return rules.write(rules.read(data, catalogue(workspace)))
