"""One contact: who it is, the segments that hold it, its messages."""

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contact_pages import (
    dossier,
    facts,
    memberships,
    scoring,
    standings,
    stopping,
)
from webapp.contact_pages.timeline import paging
from webapp.contact_pages.views.blueprint import blueprint
from webapp.contacts import aliases, notes, queries
from webapp.deliverability import suppression
from webapp.incoming import describing
from webapp.subscriptions import pausing

# As much of the timeline as its first page shows.
LATELY = 8


@blueprint.get("/<int:contact_id>")
@requires(Permission.CONTACTS)
def show(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """Who somebody is, what of it is missing or old, and whether we may write to them."""
    contact = queries.get(workspace, contact_id)
    own = queries.attributes(workspace)
    suppressed = suppression.find(workspace, contact)
    written = notes.of(contact)
    return render_template(
        "contacts/show.html",
        contact=contact,
        facts=facts.of(contact, own),
        frequency=facts.FREQUENCIES[contact.frequency],
        came_by=dossier.came_by(contact),
        completeness=scoring.of(workspace, contact, own),
        standings=standings.standings(workspace, contact),
        suppressed=suppressed,
        suppressed_by_person=stopping.is_refusal(suppressed),
        paused_until=pausing.paused_until(workspace, contact),
        pinned=[note for note in written if note.pinned],
        authors=notes.authors(written),
        former=aliases.of(contact),
        lately=paging.page(workspace, contact, shown=LATELY).entries,
    )


@blueprint.get("/<int:contact_id>/segments")
@requires(Permission.CONTACTS)
def segments(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """The segments that hold the contact, and those it left."""
    contact = queries.get(workspace, contact_id)
    return render_template(
        "contacts/segments.html",
        contact=contact,
        memberships=memberships.of(contact),
    )


@blueprint.get("/<int:contact_id>/messages")
@requires(Permission.CONTACTS)
def messages(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """What was sent to the contact, and what came back."""
    contact = queries.get(workspace, contact_id)
    return render_template(
        "contacts/messages.html",
        contact=contact,
        received=dossier.received(contact),
        came_back=describing.of(contact),
    )
