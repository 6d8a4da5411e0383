"""What the conditions of one segment look at besides the contact, joined once each."""

from collections.abc import Hashable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, false
from sqlalchemy.orm import aliased

from webapp.accounts.models import Workspace
from webapp.consent import gate
from webapp.consent.models import ConsentState
from webapp.contacts.models import Contact
from webapp.purchases.models import ContactStats
from webapp.segments.catalogue import Catalogue
from webapp.segments.models import SegmentMember

Joined = tuple[Any, ColumnElement[bool]]


class Scope:
    """The workspace whose contacts are asked about, and the rows beside each of them.

    Rows of which a contact has one at most are joined; `few` says that a few people are
    looked at, whose other rows are best looked up one by one, not a whole workspace.
    """

    def __init__(self, workspace: Workspace, known: Catalogue, *, few: bool) -> None:
        """Nothing is joined yet."""
        self.workspace = workspace
        self.known = known
        self.few = few
        self._joins: dict[Hashable, Joined] = {}

    def joined(self, people: Select[Any]) -> Select[Any]:
        """The contacts with all that their conditions look at."""
        for target, beside in self._joins.values():
            people = people.outerjoin(target, beside)
        return people

    def stats(self) -> type[ContactStats]:
        """Their figures; no row: nothing yet."""
        if "stats" not in self._joins:
            self._joins["stats"] = (
                ContactStats,
                ContactStats.contact_id == Contact.id,
            )
        return ContactStats

    def state(self, purpose_id: int) -> type[ConsentState]:
        """Where they stand with a purpose; no row: nothing was ever said."""
        key = ("state", purpose_id)
        if key not in self._joins:
            state = aliased(ConsentState)
            self._joins[key] = (
                state,
                and_(state.contact_id == Contact.id, state.purpose_id == purpose_id),
            )
        found: type[ConsentState] = self._joins[key][0]
        return found

    def membership(self, segment_id: int) -> type[SegmentMember]:
        """Their membership of another segment, as it was last found."""
        key = ("segment", segment_id)
        if key not in self._joins:
            member = aliased(SegmentMember)
            self._joins[key] = (
                member,
                and_(member.contact_id == Contact.id, member.segment_id == segment_id),
            )
        found: type[SegmentMember] = self._joins[key][0]
        return found

    def beside(self, key: Hashable, made: FromClause) -> FromClause:
        """Figures made for each contact (`contact_id`), joined once under their key."""
        if key not in self._joins:
            self._joins[key] = (made, made.c.contact_id == Contact.id)
        found: FromClause = self._joins[key][0]
        return found

    def measured(self) -> ColumnElement[bool]:
        """Whether they agree, now, that we know what they click on."""
        if not self.workspace.measures_clicks:
            return false()
        return gate.measured(self.state(self.known.clicks))
