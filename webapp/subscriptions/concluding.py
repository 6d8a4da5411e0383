"""The moment a confirmed sign-up becomes consent."""

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.subscriptions import agreeing
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import Confirmation


def conclude(confirmation: Confirmation, *, method: str) -> None:
    """Record what was ticked as consent, now that all who had to agree have agreed.

    :param method: "confirmation", or "parent" where a child's needed a parent's as well.
    """
    contact = db.session.get_one(Contact, confirmation.contact_id)
    workspace = db.session.get_one(Workspace, confirmation.workspace_id)
    mailing_list = confirmation.mailing_list
    asked = Asked(**confirmation.asked)
    confirmation.confirmed_at = clock.now()
    # The person's own act, proven by their mailbox: the one thing that undoes "never again".
    suppression.lift(workspace, contact)
    agreeing.give(
        mailing_list,
        contact,
        agreeing.wishes(workspace, mailing_list, contact, asked),
        asked,
        method=method,
        widget_version_id=confirmation.widget_version_id,
    )
