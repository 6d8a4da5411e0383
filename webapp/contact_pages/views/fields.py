"""The fields a workspace adds to its contacts."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contact_pages.forms.fields import FieldForm
from webapp.contact_pages.own_fields import KINDS
from webapp.contact_pages.views.blueprint import blueprint
from webapp.contacts import attributes, queries
from webapp.contacts.attributes import MOST, FieldExists, TooManyFields
from webapp.contacts.models import AttributeKind
from webapp.core.i18n import _


@blueprint.get("/fields")
@requires(Permission.EDIT)
def show_fields(workspace: Workspace) -> ResponseReturnValue:
    """The workspace's own fields."""
    return _page(workspace, FieldForm())


@blueprint.post("/fields")
@requires(Permission.EDIT)
def add_field(workspace: Workspace) -> ResponseReturnValue:
    """Add a field."""
    form = FieldForm()
    if not form.validate_on_submit():
        return _page(workspace, form), 422
    kind = AttributeKind(form.kind.data)
    try:
        made = attributes.declare(workspace, form.name.data, kind, form.lines())
        attributes.ask_people(made, asked=form.asked_of_people.data)
    except (FieldExists, TooManyFields) as error:
        form.name.errors = [str(error)]
        return _page(workspace, form), 422
    auditing.record(workspace, "field.created", made)
    flash(_("The field is added."), "success")
    return redirect(url_for(".show_fields"), 303)


@blueprint.post("/fields/<int:field_id>/asked")
@requires(Permission.EDIT)
def ask_people(workspace: Workspace, field_id: int) -> ResponseReturnValue:
    """Show the field to people on their own page, or no more."""
    attribute = queries.get_attribute(workspace, field_id)
    asked = request.form.get("asked") == "yes"
    attributes.ask_people(attribute, asked=asked)
    action = "field.shown_to_people" if asked else "field.kept_from_people"
    auditing.record(workspace, action, attribute)
    flash(
        _("People see this field.") if asked else _("People do not see this field."),
        "success",
    )
    return redirect(url_for(".show_fields"), 303)


@blueprint.post("/fields/<int:field_id>/remove")
@requires(Permission.EDIT)
def remove_field(workspace: Workspace, field_id: int) -> ResponseReturnValue:
    """Remove a field and what contacts have in it."""
    attribute = queries.get_attribute(workspace, field_id)
    auditing.record(workspace, "field.removed", attribute)
    attributes.remove(workspace, attribute)
    flash(_("The field is removed."), "success")
    return redirect(url_for(".show_fields"), 303)


def _page(workspace: Workspace, form: FieldForm) -> str:
    return render_template(
        "contacts/fields.html",
        form=form,
        fields=queries.attributes(workspace),
        kinds=KINDS,
        most=MOST,
    )
