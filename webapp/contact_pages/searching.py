"""Which contacts a search is about."""

from dataclasses import dataclass

from sqlalchemy import Select

from webapp.accounts.models import Workspace
from webapp.consent.models import State
from webapp.contacts import queries
from webapp.contacts.models import Contact
from webapp.subscriptions import queries as lists


@dataclass(frozen=True)
class Wanted:
    """Words of the name or address, and a list to be on; what is empty does not matter."""

    words: str = ""
    list_id: int | None = None


def contacts(workspace: Workspace, wanted: Wanted) -> Select[Contact]:
    """The contacts that were searched for, in no order yet.

    :raises NotFound: for a list of another workspace.
    """
    found = queries.matching(workspace, wanted.words)
    if wanted.list_id is None:
        return found
    mailing_list = lists.get_list(workspace, wanted.list_id)
    return lists.people(found, mailing_list, State.GIVEN)
