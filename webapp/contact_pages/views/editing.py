"""Add a contact by hand, correct one, restrict the use of their data."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contact_pages.forms import contact as forms
from webapp.contact_pages.views.blueprint import blueprint, to
from webapp.contacts import editing, meanwhile, queries, registering
from webapp.contacts.changing import AddressIsTaken
from webapp.contacts.meanwhile import ChangedMeanwhile
from webapp.contacts.models import Attribute, Contact
from webapp.core.i18n import _


@blueprint.get("/new")
@requires(Permission.CONTACTS)
def new(workspace: Workspace) -> ResponseReturnValue:
    """The form of a contact to add."""
    own = queries.attributes(workspace)
    return _page(forms.form_with(own)(language=workspace.locale), own)


@blueprint.post("/new")
@requires(Permission.CONTACTS)
def create(workspace: Workspace) -> ResponseReturnValue:
    """Add the contact; somebody already known keeps what is known of them."""
    own = queries.attributes(workspace)
    form = forms.form_with(own)()
    if not form.validate_on_submit():
        return _page(form, own), 422
    known = queries.find_by_email(workspace, form.email.data)
    if known:
        flash(_("This address was already among your contacts."), "info")
        return to(known)
    values = form.values(own)
    address = str(values.pop("email"))
    contact = registering.register(workspace, address, source="staff", **values)
    auditing.record(workspace, "contact.created", contact)
    flash(_("The contact is added. To write to them, put them on a list."), "success")
    return to(contact)


@blueprint.get("/<int:contact_id>/edit")
@requires(Permission.CONTACTS)
def edit(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """The form of a contact."""
    contact = queries.get(workspace, contact_id)
    own = queries.attributes(workspace)
    typed = {**forms.typed(contact, own), "seen": meanwhile.mark(contact)}
    return _page(forms.form_with(own)(data=typed), own, contact)


@blueprint.post("/<int:contact_id>/edit")
@requires(Permission.CONTACTS)
def update(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """Correct the contact."""
    contact = queries.get(workspace, contact_id)
    own = queries.attributes(workspace)
    form = forms.form_with(own)()
    if not form.validate_on_submit():
        return _page(form, own, contact), 422
    try:
        editing.change(workspace, contact, form.values(own), seen=form.seen.data)
    except AddressIsTaken as error:
        form.email.errors = [*form.email.errors, str(error)]
        return _page(form, own, contact), 422
    except ChangedMeanwhile as error:
        form.refuse(error, meanwhile.mark(contact))
        return _page(form, own, contact), 422
    flash(_("The contact is saved."), "success")
    return to(contact)


@blueprint.post("/<int:contact_id>/restrict")
@requires(Permission.CONTACTS)
def restrict(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """Use the data for nothing until this is lifted."""
    contact = queries.get(workspace, contact_id)
    editing.restrict(workspace, contact)
    flash(_("The use of this contact’s data is restricted."), "success")
    return to(contact)


@blueprint.post("/<int:contact_id>/lift")
@requires(Permission.CONTACTS)
def lift(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """Use the data again."""
    contact = queries.get(workspace, contact_id)
    editing.lift_restriction(workspace, contact)
    flash(_("The restriction is lifted."), "success")
    return to(contact)


def _page(
    form: forms.ContactForm, own: list[Attribute], contact: Contact | None = None
) -> str:
    fields = [form[forms.OWN + attribute.key] for attribute in own]
    return render_template("contacts/edit.html", form=form, own=fields, contact=contact)
