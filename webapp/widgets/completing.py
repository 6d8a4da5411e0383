"""The questions that can wait: asked after the confirmation, of those whose answer we lack."""

from collections.abc import Mapping
from datetime import timedelta

from webapp.accounts.models import Workspace
from webapp.contacts import registering
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import Confirmation
from webapp.widgets import asking
from webapp.widgets.asking import Question
from webapp.widgets.design import Design
from webapp.widgets.models import WidgetVersion

# More would be a form of its own.
MOST = 3
# Afterwards the link may be in other hands: a forwarded mail says nothing about the person.
LASTS = timedelta(hours=1)


def questions(confirmation: Confirmation) -> list[Question]:
    """What the form left for later and the person did not say yet; a child is asked nothing."""
    at = confirmation.confirmed_at
    is_recent = at is not None and clock.now() - at <= LASTS
    if not is_recent or Asked(**confirmation.asked).is_for_a_child:
        return []
    version = db.session.get(WidgetVersion, confirmation.widget_version_id or 0)
    if version is None:
        return []
    workspace = db.session.get_one(Workspace, confirmation.workspace_id)
    contact = db.session.get_one(Contact, confirmation.contact_id)
    asked = asking.questions(workspace, Design.from_json(version.design).later_fields)
    return asking.lacking(asked, contact)[:MOST]


def save(confirmation: Confirmation, typed: Mapping[str, str]) -> dict[str, str]:
    """Keep the answers to what was asked; a sentence for each that does not fit, and then nothing is kept."""
    given, wrong = asking.read(questions(confirmation), typed)
    if wrong or not given:
        return wrong
    contact = db.session.get_one(Contact, confirmation.contact_id, with_for_update=True)
    # What became known meanwhile stays as it is.
    registering.complete(
        contact, given, source="widget", source_id=_widget(confirmation)
    )
    contact.updated_at = contact.last_contact_at = clock.now()
    return {}


def _widget(confirmation: Confirmation) -> int | None:
    version = db.session.get(WidgetVersion, confirmation.widget_version_id or 0)
    return version.widget_id if version else None
