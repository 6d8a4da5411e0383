"""Keep, change and delete a segment."""

from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.contacts import counting
from webapp.core import clock, events
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.segments import cataloguing, jobs, keeping, leaning, rules, tree
from webapp.segments.events import SegmentLeaving
from webapp.segments.models import Segment, SegmentMember
from webapp.segments.rules import RuleError
from webapp.segments.subjects import SEGMENT


class SegmentIsAskedAbout(DomainError):
    """Another segment asks who is in this one."""

    message = _l("Another segment asks about this one: change that one first.")


def create(workspace: Workspace, name: str, data: dict[str, Any]) -> Segment:
    """A new segment; raises RuleError when its rules cannot be used."""
    checked = rules.write(_checked(workspace, data))
    segment = Segment(workspace_id=workspace.id, name=name, rules=checked)
    db.session.add(segment)
    db.session.flush()
    auditing.record(workspace, "segment.created", segment)
    _find_members(workspace, segment)
    return segment


def update(
    workspace: Workspace, segment: Segment, name: str, data: dict[str, Any]
) -> None:
    """Rename a segment and give it new rules; raises RuleError when they cannot be used."""
    root = _checked(workspace, data)
    _refuse_circle(workspace, segment, root)
    segment.name = name
    segment.updated_at = clock.now()
    auditing.record(workspace, "segment.changed", segment)
    written = rules.write(root)
    if written != segment.rules:
        segment.rules = written
        segment.refreshed_at, segment.people = None, None
        _find_members(workspace, segment)


def delete(workspace: Workspace, segment: Segment) -> None:
    """Delete a segment, unless somebody who listens, or another segment, still needs it.

    :raises SegmentIsAskedAbout: when another segment asks about it.
    """
    others = _rules_of_all(workspace)
    others.pop(segment.id, None)
    if any(segment.id in leaning.leans(one) for one in others.values()):
        raise SegmentIsAskedAbout
    events.publish(SegmentLeaving(segment.id))
    members = delete_rows(SegmentMember).where(SegmentMember.segment_id == segment.id)
    db.session.execute(members)
    auditing.record(workspace, "segment.deleted", segment)
    db.session.delete(segment)


def _find_members(workspace: Workspace, segment: Segment) -> None:
    """At once where people are few; otherwise in the background."""
    segment.is_due, segment.trouble = True, ""
    if counting.are_many(workspace):
        jobs.renew.enqueue(workspace_id=workspace.id)
        return
    db.session.flush()
    keeping.refresh(workspace, segment, cataloguing.of(workspace))


def _checked(workspace: Workspace, data: dict[str, Any]) -> rules.Group:
    return rules.read(data, cataloguing.of(workspace))


def _refuse_circle(workspace: Workspace, segment: Segment, root: rules.Group) -> None:
    written = _rules_of_all(workspace) | {segment.id: rules.write(root)}
    if segment.id not in leaning.below(segment.id, written):
        return
    for place, condition in tree.placed(root):
        number = condition.subject.removeprefix(SEGMENT)
        if not condition.subject.startswith(SEGMENT):
            continue
        if segment.id in {int(number)} | leaning.below(int(number), written):
            said = _l("A segment cannot ask about itself, not even through another.")
            raise RuleError(place, said)


def _rules_of_all(workspace: Workspace) -> dict[int, dict[str, Any]]:
    every = select(Segment.id, Segment.rules).where(
        Segment.workspace_id == workspace.id
    )
    return {row.id: row.rules for row in db.session.execute(every)}
