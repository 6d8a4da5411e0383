"""Notes about a contact: written, pinned, erased."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contact_pages.forms.notes import NoteForm
from webapp.contact_pages.views.blueprint import blueprint
from webapp.contacts import notes as written
from webapp.contacts import queries
from webapp.contacts.models import Contact
from webapp.contacts.notes import TooManyNotes, TooManyPinned
from webapp.core.i18n import _


@blueprint.get("/<int:contact_id>/notes")
@requires(Permission.CONTACTS)
def notes(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """What colleagues wrote down about the contact."""
    return _page(queries.get(workspace, contact_id), NoteForm())


@blueprint.post("/<int:contact_id>/notes")
@requires(Permission.CONTACTS)
def write_note(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """Add a note."""
    contact = queries.get(workspace, contact_id)
    form = NoteForm()
    if not form.validate_on_submit():
        return _page(contact, form), 422
    try:
        written.write(workspace, contact, form.body.data)
    except TooManyNotes as error:
        form.body.errors = [str(error)]
        return _page(contact, form), 422
    flash(_("The note is kept."), "success")
    return _to(contact)


@blueprint.post("/<int:contact_id>/notes/<int:note_id>/pin")
@requires(Permission.CONTACTS)
def pin_note(
    workspace: Workspace, contact_id: int, note_id: int
) -> ResponseReturnValue:
    """Show the note at the top of the contact's first page, or no longer."""
    contact = queries.get(workspace, contact_id)
    note = written.get(contact, note_id)
    try:
        written.pin(contact, note, pinned=request.form.get("pinned") == "yes")
    except TooManyPinned as error:
        flash(str(error), "danger")
        return _to(contact)
    auditing.record(workspace, "contact.note_pinned", contact, pinned=note.pinned)
    return _to(contact)


@blueprint.post("/<int:contact_id>/notes/<int:note_id>/erase")
@requires(Permission.CONTACTS)
def erase_note(
    workspace: Workspace, contact_id: int, note_id: int
) -> ResponseReturnValue:
    """Remove the note for good."""
    contact = queries.get(workspace, contact_id)
    written.erase(workspace, contact, written.get(contact, note_id))
    flash(_("The note is erased."), "success")
    return _to(contact)


def _to(contact: Contact) -> ResponseReturnValue:
    return redirect(url_for(".notes", contact_id=contact.id), 303)


def _page(contact: Contact, form: NoteForm) -> str:
    found = written.of(contact)
    return render_template(
        "contacts/notes.html",
        contact=contact,
        form=form,
        notes=found,
        authors=written.authors(found),
    )
