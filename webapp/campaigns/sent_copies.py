"""A message as it was sent to somebody, for "view in browser"."""

from markupsafe import escape

from webapp.campaigns import blueprints
from webapp.campaigns.models import Campaign
from webapp.campaigns.previewing import values_of
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.messages import addressing
from webapp.messages.mail_tokens import Kind
from webapp.messages.mime import Recipient
from webapp.messages.models import Message


def html_of(token: str) -> str | None:
    """The HTML behind a link of a mail, nothing measured; None for what is gone or was never ours.

    Forwarding the link gives nothing away but the message: its links about consent are dead.
    """
    ids = addressing.tokens().read(token, Kind.VIEW)
    message = db.session.get(Message, ids[0]) if ids else None
    campaign = db.session.get(Campaign, message.campaign_id or 0) if message else None
    contact = db.session.get(Contact, message.contact_id or 0) if message else None
    if campaign is None or contact is None:
        return None
    recipient = Recipient(
        address=contact.email,
        message=0,
        workspace=campaign.workspace_id,
        contact=0,
        values=values_of(contact),
    )
    shown = blueprints.draft(campaign).preview(recipient)
    # A page has a name, in tabs and for screen readers; a mail needs none.
    return shown.html.replace(
        "<title></title>", f"<title>{escape(shown.subject)}</title>", 1
    )
