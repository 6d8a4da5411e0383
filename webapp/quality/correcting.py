"""Take over the place that was probably meant, on a colleague's word."""

from sqlalchemy import delete

from webapp.accounts.models import Workspace
from webapp.contacts import editing, queries
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.core.normalising import places
from webapp.core.normalising.places import Certainty
from webapp.quality.models import Doubt, Finding


class NothingProposed(DomainError):
    """The place is right by now, or several could be meant."""

    message = _l("No place is proposed for this contact any more.")


def take_place(workspace: Workspace, contact_id: int) -> None:
    """Write the postcode and the city that are proposed; the contact's history takes it back.

    :raises NotFound: for a contact of another workspace.
    :raises NothingProposed: when there is no single such place.
    """
    contact = queries.get(workspace, contact_id)
    found = places.resolve(contact.postcode, contact.city)
    if found.certainty is not Certainty.CLOSE:
        raise NothingProposed
    editing.change(workspace, contact, {"postcode": found.postcode, "city": found.city})
    db.session.execute(
        delete(Finding).where(
            Finding.contact_id == contact.id, Finding.doubt == Doubt.PLACE
        ),
        execution_options={"synchronize_session": False},
    )
