"""Find contacts, see one, take them away as a file."""

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.actions import sentence
from webapp.accounts.models import Workspace
from webapp.contact_pages import dossier, searching, standings, stopping
from webapp.contact_pages.facts import facts
from webapp.contact_pages.views.blueprint import blueprint
from webapp.contacts import exporting, queries
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.bad_input import row_number
from webapp.core.pages import keyset_page, position
from webapp.deliverability import suppression
from webapp.incoming import describing
from webapp.subscriptions import pausing
from webapp.subscriptions import queries as lists


@blueprint.get("/")
@requires(Permission.CONTACTS)
def index(workspace: Workspace) -> ResponseReturnValue:
    """The contacts, those of one list or those with these words in their name or address."""
    wanted = _wanted()
    page = keyset_page(
        searching.contacts(workspace, wanted),
        Contact,
        before=position("before"),
        after=position("after"),
    )
    return render_template(
        "contacts/index.html",
        page=page,
        total=queries.count(workspace),
        lists=lists.every(workspace),
        wanted=wanted,
    )


@blueprint.post("/export")
@requires(Permission.EXPORT)
def export(workspace: Workspace) -> ResponseReturnValue:
    """The contacts that were searched for, as CSV; who exports is logged, not what they searched."""
    wanted = _wanted()
    auditing.record(
        workspace, "contacts.exported", list=wanted.list_id, searched=bool(wanted.words)
    )
    chosen = searching.contacts(workspace, wanted)
    return Response(
        stream_with_context(exporting.lines(workspace, chosen)),
        mimetype="text/csv",
        headers={
            "Content-Disposition": "attachment; filename="
            f"contacts-{workspace.slug}-{clock.now():%Y-%m-%d}.csv"
        },
    )


@blueprint.get("/<int:contact_id>")
@requires(Permission.CONTACTS)
def show(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """All we hold of one person."""
    contact = queries.get(workspace, contact_id)
    suppressed = suppression.find(workspace, contact)
    return render_template(
        "contacts/show.html",
        contact=contact,
        facts=facts(contact, queries.attributes(workspace)),
        came_by=dossier.came_by(contact),
        standings=standings.standings(workspace, contact),
        suppressed=suppressed,
        suppressed_by_person=stopping.is_refusal(suppressed),
        paused_until=pausing.paused_until(workspace, contact),
        said=dossier.said(contact),
        received=dossier.received(contact),
        came_back=describing.of(contact),
        changes=dossier.changes(workspace, contact),
        sentence=sentence,
    )


def _wanted() -> searching.Wanted:
    return searching.Wanted(
        words=request.values.get("q", "").strip(),
        list_id=request.values.get("list", type=row_number),
    )
