"""Whom an export is about: everybody, a list, a segment, or what was searched for."""

from dataclasses import dataclass

from sqlalchemy import Select

from webapp.accounts.models import Workspace
from webapp.consent.models import State
from webapp.contacts.models import Contact
from webapp.exports.models import Of
from webapp.purchases import finding
from webapp.segments import queries as segments
from webapp.subscriptions import accepting
from webapp.subscriptions import queries as lists


@dataclass(frozen=True)
class Chosen:
    """What was asked for; what is empty does not matter."""

    mailing_list_id: int | None = None
    state: State = State.GIVEN
    segment_id: int | None = None
    words: str = ""

    @property
    def of(self) -> Of:
        """Which of the four it is; a list and words together are a search."""
        if self.words:
            return Of.SEARCH
        if self.mailing_list_id:
            return Of.LIST
        return Of.SEGMENT if self.segment_id else Of.ALL


def name(workspace: Workspace, chosen: Chosen) -> str:
    """What the list or the segment is called.

    :raises NotFound: when it is not this workspace's.
    """
    if chosen.segment_id:
        return segments.get_segment(workspace, chosen.segment_id).name
    if chosen.mailing_list_id:
        return lists.get_list(workspace, chosen.mailing_list_id).name
    return ""


def people(workspace: Workspace, chosen: Chosen) -> Select[int]:
    """The numbers of the contacts, in their order; nobody whose data may not be used (GDPR article 18).

    :raises NotFound: when the list or the segment is gone.
    :raises RuleError: when the rules of the segment do not hold together any more.
    """
    everybody = _people(workspace, chosen).where(Contact.restricted_at.is_(None))
    return everybody.with_only_columns(Contact.id).order_by(Contact.id)


def _people(workspace: Workspace, chosen: Chosen) -> Select[Contact]:
    found = finding.contacts(workspace, chosen.words)
    if chosen.segment_id:
        segment = segments.get_segment(workspace, chosen.segment_id)
        return found.where(Contact.id.in_(segments.members_of(workspace, segment)))
    if not chosen.mailing_list_id:
        return found
    mailing_list = lists.get_list(workspace, chosen.mailing_list_id)
    if chosen.state is State.GIVEN and not chosen.words:
        # A file is written to elsewhere: it holds nobody whom we may not write to.
        return accepting.reachable(workspace, mailing_list)
    return lists.people(found, mailing_list, chosen.state)
