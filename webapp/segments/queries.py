"""Questions about segments and the people in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from webapp.accounts.models import Workspace
from webapp.contacts import counting
from webapp.contacts.counting import Counted
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.core.pages import Page, keyset_page
from webapp.segments import cataloguing, compiling, rules
from webapp.segments.catalogue import Catalogue
from webapp.segments.models import Segment
from webapp.segments.rules import Group

FIRST_PEOPLE = 5


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


def count(workspace: Workspace, root: Group) -> int:
    """How many contacts match the rules now."""
    members = compiling.members(workspace, root).subquery()
    return db.session.scalar(select(func.count()).select_from(members)) or 0


def size(workspace: Workspace, segment: Segment, *, now: bool) -> Counted | None:
    """How many people are in it, as `counting.figures` tells it; raises RuleError as `rules_of` does."""
    root = rules_of(workspace, segment)
    return counting.figures(
        workspace,
        _subject(segment),
        segment.rules,
        lambda: {"people": count(workspace, root)},
        now=now,
    )


def first_people(workspace: Workspace, root: Group) -> Sequence[Contact]:
    """The newest contacts who match, for a first look."""
    return db.session.scalars(
        _people(workspace, root).order_by(Contact.id.desc()).limit(FIRST_PEOPLE)
    ).all()


def people(
    workspace: Workspace, root: Group, *, before: int | None, after: int | None
) -> Page[Contact]:
    """A page of the contacts who match."""
    return keyset_page(_people(workspace, root), Contact, before=before, after=after)


def _people(workspace: Workspace, root: Group) -> Select[Contact]:
    return select(Contact).where(Contact.id.in_(compiling.members(workspace, root)))


def _memberships(workspace: Workspace, found: Sequence[Segment]) -> list[Membership]:
    known = catalogue(workspace)
    many = counting.are_many(workspace)
    old = counting.remembered(workspace, {_subject(one): one.rules for one in found})
    return [
        _membership(workspace, one, known, old.get(_subject(one)), many=many)
        for one in found
    ]


def _membership(
    workspace: Workspace,
    segment: Segment,
    known: Catalogue,
    old: Counted | None,
    *,
    many: bool,
) -> Membership:
    try:
        root = rules.read(segment.rules, known)
    except rules.RuleError:
        return Membership(segment, is_broken=True)
    if many:
        return Membership(segment, old)
    people = {"people": count(workspace, root)}
    return Membership(segment, Counted(people, clock.now(), is_new=True))


def _subject(segment: Segment) -> tuple[str, int]:
    return ("segment", segment.id)
