"""May we write to this person? For each list, the gate's answer with its reason in a sentence."""

from dataclasses import dataclass

from webapp.accounts.models import Workspace
from webapp.consent import gate
from webapp.consent.gate import Explanation
from webapp.contacts.models import Contact
from webapp.subscriptions import accepting, queries
from webapp.subscriptions.models import MailingList
from webapp.subscriptions.queries import Place


@dataclass(frozen=True)
class Standing:
    """One list: where the person stands with it, if anywhere, and whether we may write."""

    mailing_list: MailingList
    place: Place | None
    answer: Explanation


def standings(workspace: Workspace, contact: Contact) -> list[Standing]:
    """Every list in use, and those put away that the person had to do with; by name."""
    places = {
        place.mailing_list.id: place for place in queries.places(workspace, contact)
    }
    return [
        Standing(
            one,
            places.get(one.id),
            gate.explain(contact, accepting.purpose_of(one)),
        )
        for one in queries.every(workspace)
        if one.archived_at is None or one.id in places
    ]
