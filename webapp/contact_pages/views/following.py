"""What happened with a contact: the timeline, the purchases, the changes and their undoing."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contact_pages import changes as told_changes
from webapp.contact_pages import facts
from webapp.contact_pages.timeline import paging
from webapp.contact_pages.timeline.entries import Place
from webapp.contact_pages.views.blueprint import blueprint
from webapp.contacts import queries, undoing
from webapp.contacts.changing import AddressIsTaken
from webapp.contacts.undoing import CannotBeUndone, ChangedSince
from webapp.core.i18n import _
from webapp.core.pages import position
from webapp.purchases import eventing, words
from webapp.purchases import queries as purchased

ORDERS = 25


@blueprint.get("/<int:contact_id>/timeline")
@requires(Permission.CONTACTS)
def timeline(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """All that happened with the contact, or one kind of it."""
    kind = request.args.get("kind", "")
    before = Place.read(request.args.get("before", ""))
    contact = queries.get(workspace, contact_id)
    return render_template(
        "contacts/timeline.html",
        contact=contact,
        kinds={name: label for name, (label, _sources) in paging.KINDS.items()},
        kind=kind if kind in paging.KINDS else "",
        page=paging.page(workspace, contact, kind=kind, before=before),
        is_first=before is None,
        is_measured=eventing.is_measured(workspace, contact),
    )


@blueprint.get("/<int:contact_id>/purchases")
@requires(Permission.CONTACTS)
def purchases(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """What the contact bought, and where it stands as a customer."""
    contact = queries.get(workspace, contact_id)
    before = position("before")
    found = purchased.orders_of(contact, before=before, limit=ORDERS + 1)
    return render_template(
        "contacts/purchases.html",
        contact=contact,
        figures=purchased.figures_of(contact),
        orders=found[:ORDERS],
        older=found[ORDERS - 1].id if len(found) > ORDERS else None,
        is_first=before is None,
        words=words,
    )


@blueprint.get("/<int:contact_id>/changes")
@requires(Permission.CONTACTS)
def changes(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """Every change of the profile, or of one field of it."""
    contact = queries.get(workspace, contact_id)
    field = request.args.get("field", "")
    labels = facts.labels_of(queries.attributes(workspace))
    page = told_changes.page(contact, field=field, before=position("before"))
    return render_template(
        "contacts/changes.html",
        contact=contact,
        told=told_changes.told(workspace, page.records),
        older=page.older,
        field=labels.get(field, ""),
    )


@blueprint.post("/<int:contact_id>/changes/<int:record_id>/undo")
@requires(Permission.CONTACTS)
def undo(workspace: Workspace, contact_id: int, record_id: int) -> ResponseReturnValue:
    """Restore what a change replaced; refused with the reason where more would be lost."""
    contact = queries.get(workspace, contact_id)
    record = undoing.get(contact, record_id)
    try:
        undoing.undo(workspace, contact, record)
    except (AddressIsTaken, CannotBeUndone, ChangedSince) as error:
        flash(str(error), "danger")
    else:
        flash(_("The change is undone: what stood there before is back."), "success")
    return redirect(url_for(".changes", contact_id=contact.id), 303)
