"""Questions about segments and the people in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from webapp.accounts.models import Workspace
from webapp.consent import gate, purposes
from webapp.contacts import counting
from webapp.contacts.counting import Counted
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.core.pages import Page, keyset_page
from webapp.segments import cataloguing, compiling, rules, timing
from webapp.segments.catalogue import Catalogue
from webapp.segments.models import (
    Segment,
    SegmentChange,
    SegmentMember,
    SegmentSize,
)
from webapp.segments.rules import Group

FIRST_PEOPLE = 5
# In seconds.
COUNTED_WITHIN = 10
SHOWN_WITHIN = 2


@dataclass(frozen=True)
class Membership:
    """A segment and how many people are in it; broken when its rules no longer hold together."""

    segment: Segment
    # None: it remains to be counted, which takes too long for a list of segments.
    counted: Counted | None = None
    is_broken: bool = False

    @property
    def count(self) -> int | None:
        """How many people are in it, as far as it was counted."""
        return self.counted.figures["people"] if self.counted else None


def catalogue(workspace: Workspace) -> Catalogue:
    """Everything a segment of this workspace may ask about."""
    return cataloguing.of(workspace)


def get_segment(workspace: Workspace, segment_id: int) -> Segment:
    """The segment with this number.

    :raises NotFound: also for a segment of another workspace.
    """
    segment = db.session.get(Segment, segment_id)
    if segment is None or segment.workspace_id != workspace.id:
        raise NotFound
    return segment


def segments_of(workspace: Workspace) -> list[Segment]:
    """Every segment, by name."""
    return list(
        db.session.scalars(
            select(Segment)
            .where(Segment.workspace_id == workspace.id)
            .order_by(func.lower(Segment.name), Segment.id)
        )
    )


def find(
    workspace: Workspace, words: str, *, before: int | None, after: int | None
) -> tuple[list[Membership], Page[Segment]]:
    """A page of segments whose name holds these words, each with its count."""
    query = select(Segment).where(Segment.workspace_id == workspace.id)
    if words:
        query = query.where(Segment.name.icontains(words, autoescape=True))
    page = keyset_page(query, Segment, before=before, after=after)
    return _memberships(workspace, page.rows), page


def rules_of(workspace: Workspace, segment: Segment) -> Group:
    """The checked rules of a segment.

    :raises RuleError: when a list or a field they ask about is gone.
    """
    return rules.read(segment.rules, catalogue(workspace))


def members_of(workspace: Workspace, segment: Segment) -> Select[int]:
    """The ids of the contacts in a segment now; raises RuleError as `rules_of` does."""
    return compiling.members(workspace, rules_of(workspace, segment))


def count(workspace: Workspace, root: Group, known: Catalogue | None = None) -> int:
    """How many contacts match the rules now.

    :raises TakesTooLong: after ten seconds.
    """
    members = compiling.members(workspace, root, known).subquery()
    with timing.limited(seconds=COUNTED_WITHIN):
        return db.session.scalar(select(func.count()).select_from(members)) or 0


def size(workspace: Workspace, segment: Segment, *, now: bool) -> Counted | None:
    """How many people are in it; None where nobody found them yet and counting takes too long.

    :param now: count them, instead of saying how many were found in it.
    :raises RuleError: as `rules_of` does.
    """
    if now or not counting.are_many(workspace):
        root, known = rules_of(workspace, segment), catalogue(workspace)
        people = {"people": count(workspace, root, known)}
        return Counted(people, clock.now(), is_new=True)
    return _kept(segment)


def first_people(
    workspace: Workspace, root: Group, known: Catalogue | None = None
) -> Sequence[Contact]:
    """The newest contacts who match, for a first look; nobody where they are long to find."""
    found = compiling.people(workspace, root, known).order_by(Contact.id.desc())
    try:
        with timing.limited(seconds=SHOWN_WITHIN):
            return db.session.scalars(found.limit(FIRST_PEOPLE)).all()
    except timing.TakesTooLong:
        return []


def people(
    workspace: Workspace,
    segment: Segment,
    root: Group,
    *,
    before: int | None,
    after: int | None,
) -> Page[Contact]:
    """A page of the contacts in a segment: those found in it where everybody is many."""
    if not counting.are_many(workspace):
        found = compiling.people(workspace, root)
        return keyset_page(found, Contact, before=before, after=after)
    return members_page(workspace, segment, before=before, after=after)


def members_page(
    workspace: Workspace, segment: Segment, *, before: int | None, after: int | None
) -> Page[Contact]:
    """A page of those who were last found in a segment, whatever became of its rules."""
    found = (
        select(Contact)
        .join(SegmentMember, SegmentMember.contact_id == Contact.id)
        .where(
            SegmentMember.segment_id == segment.id,
            Contact.workspace_id == workspace.id,
            gate.usable(),
        )
    )
    return keyset_page(found, Contact, before=before, after=after)


def growth(segment: Segment, days: int = 90) -> list[tuple[date, int]]:
    """How many people were in it on each day, the last so many, oldest first."""
    found = (
        select(SegmentSize.day, SegmentSize.people)
        .where(SegmentSize.segment_id == segment.id)
        .order_by(SegmentSize.day.desc())
        .limit(days)
    )
    return [(row.day, row.people) for row in db.session.execute(found)][::-1]


def moved(segment: Segment, days: int = 30) -> tuple[int, int]:
    """How many entered it and how many left it in the last so many days."""
    entered = func.count().filter(SegmentChange.entered)
    row = db.session.execute(
        select(entered, func.count() - entered).where(
            SegmentChange.segment_id == segment.id,
            SegmentChange.at >= clock.ago(days=days),
        )
    ).one()
    return row[0], row[1]


def measured(workspace: Workspace) -> int:
    """How many contacts agree that we know what they click on: whom rules about it can hold."""
    if not workspace.measures_clicks:
        return 0
    agreeing = gate.agreeing(purposes.measuring(workspace).clicks).subquery()
    return db.session.scalar(select(func.count()).select_from(agreeing)) or 0


def _memberships(workspace: Workspace, found: Sequence[Segment]) -> list[Membership]:
    known = catalogue(workspace)
    many = counting.are_many(workspace)
    return [_membership(workspace, one, known, many=many) for one in found]


def _membership(
    workspace: Workspace, segment: Segment, known: Catalogue, *, many: bool
) -> Membership:
    try:
        root = rules.read(segment.rules, known)
    except rules.RuleError:
        return Membership(segment, is_broken=True)
    if many:
        return Membership(segment, _kept(segment))
    people = {"people": count(workspace, root, known)}
    return Membership(segment, Counted(people, clock.now(), is_new=True))


def _kept(segment: Segment) -> Counted | None:
    """How many were found in it; whatever happens to people is followed within seconds."""
    if segment.refreshed_at is None or segment.people is None:
        return None
    is_old = bool(segment.trouble)
    return Counted({"people": segment.people}, segment.refreshed_at, is_new=not is_old)
