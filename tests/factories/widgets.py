"""Lists with a published widget."""

from webapp.consent import purposes
from webapp.consent.models import PurposeKind
from webapp.core.db import db
from webapp.subscriptions.models import MailingList
from webapp.widgets import publishing

BASE_URL = "http://volontiers.test"


def mailing_list(workspace, **changes):
    name = changes.pop("name", "Nouveautés")
    purpose = purposes.create(workspace, PurposeKind.NEWSLETTER, name=name)
    made = MailingList(
        workspace_id=workspace.id,
        purpose_id=purpose.id,
        name=name,
        **{
            "purpose_text": "Je souhaite recevoir les nouveautés par e-mail.",
            "notice_text": "Maison Tilleul utilise votre adresse pour cette lettre.",
            "locale": "fr",
            **changes,
        },
    )
    db.session.add(made)
    db.session.flush()
    return made


def widget(workspace, target=None, *, published=True, **design):
    made = publishing.create(
        workspace, target or mailing_list(workspace), "Pied de page"
    )
    made.design = {**made.design, **design}
    if published:
        publishing.publish(made, BASE_URL)
    db.session.flush()
    return made
