"""Campaigns, their messages and what came of them, as the tests need them."""

from tests.factories import audience as make
from webapp.campaigns.models import Campaign
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Hit, Kind, Link, Message, Status

MJML = """<mjml><mj-body><mj-section><mj-column>
<mj-text>Bonjour {{ contact.first_name | default("vous") }}</mj-text>
<mj-button href="https://example.org/boutique">Voir</mj-button>
</mj-column></mj-section></mj-body></mjml>"""


def campaign(workspace, **changes):
    values = {
        "name": "Printemps",
        "subject": "Le printemps, {{ contact.first_name }}",
        "mjml": MJML,
        "sender_name": "Maison Tilleul",
        "sender_email": "bonjour@maison-tilleul.example",
        **changes,
    }
    if "mailing_list_id" not in values:
        values["mailing_list_id"] = make.mailing_list(workspace).id
    made = Campaign(workspace_id=workspace.id, **values)
    db.session.add(made)
    db.session.flush()
    return made


def link(campaign, url="https://example.org/boutique", position=0):
    made = Link(campaign_id=campaign.id, url=url, position=position)
    db.session.add(made)
    db.session.flush()
    return made


def message(campaign, contact, **changes):
    values = {"status": Status.SENT, "kind": Kind.CAMPAIGN, **changes}
    made = Message(
        workspace_id=campaign.workspace_id,
        campaign_id=campaign.id,
        contact_id=contact.id,
        **values,
    )
    db.session.add(made)
    db.session.flush()
    return made


def hit(message, *, link=None, by_machine=False, at=None, signal=""):
    made = Hit(
        workspace_id=message.workspace_id,
        campaign_id=message.campaign_id,
        message_id=message.id,
        contact_id=message.contact_id,
        link_id=link.id if link else None,
        at=at or clock.now(),
        by_machine=by_machine or bool(signal),
        signal=signal,
    )
    db.session.add(made)
    db.session.flush()
    return made
