"""Messages to a contact, what came back of them, and the clicks they agreed to have measured."""

from sqlalchemy import func, select

from webapp.campaigns.models import Campaign
from webapp.contact_pages import dossier
from webapp.contact_pages.timeline.entries import Entry, Window
from webapp.core.db import db
from webapp.core.i18n import _
from webapp.incoming import describing
from webapp.incoming.models import MessageReport
from webapp.messages.models import Hit, Link, Message
from webapp.purchases import eventing

_STATES = {
    "sent": "success",
    "failed": "danger",
    "uncertain": "warning",
    "deferred": "warning",
}


def messages(window: Window) -> list[Entry]:
    """What was sent, or was to be."""
    at = func.coalesce(Message.finished_at, Message.created_at)
    rows = db.session.execute(
        window.of(
            select(Message, Campaign.name, at)
            .outerjoin(Campaign, Campaign.id == Message.campaign_id)
            .where(Message.contact_id == window.contact.id),
            at,
            Message.id,
        )
    )
    return [
        Entry(
            window.place(moment, message.id),
            name or dossier.title_of(message.kind),
            dossier.message_state(message.status),
            "mail",
            _STATES.get(message.status, "neutral"),
            *(
                ("campaigns.show", {"campaign_id": message.campaign_id})
                if message.campaign_id
                else ()
            ),
        )
        for message, name, moment in rows
    ]


def reports(window: Window) -> list[Entry]:
    """What mail servers and services told of the messages."""
    found = db.session.scalars(
        window.of(
            select(MessageReport).where(MessageReport.contact_id == window.contact.id),
            MessageReport.at,
            MessageReport.id,
        )
    )
    return [
        Entry(
            window.place(one.report.at, one.report.id),
            one.sentence,
            one.report.text if one.report.kind == "bounce" else "",
            "mail-x",
            "danger" if one.is_grave else "neutral",
        )
        for one in map(describing.told, found)
    ]


def clicks(window: Window) -> list[Entry]:
    """The links the person followed; none unless they agree now to be measured."""
    if not eventing.is_measured(window.workspace, window.contact):
        return []
    rows = db.session.execute(
        window.of(
            select(Hit.id, Hit.at, Link.url, Campaign.id, Campaign.name)
            .join(Link, Link.id == Hit.link_id)
            .join(Campaign, Campaign.id == Hit.campaign_id)
            .where(
                Hit.contact_id == window.contact.id,
                Hit.by_machine.is_(False),
                Link.is_trap.is_(False),
            ),
            Hit.at,
            Hit.id,
        )
    )
    return [
        Entry(
            window.place(at, number),
            str(_("Followed a link in “%(campaign)s”", campaign=name)),
            url,
            "pointer",
            "primary",
            "campaigns.show",
            {"campaign_id": campaign},
        )
        for number, at, url, campaign, name in rows
    ]
