"""The fields a workspace adds to its contacts."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contact_pages.forms.fields import FieldForm, KnownFieldForm
from webapp.contact_pages.own_fields import CATEGORIES, KINDS
from webapp.contact_pages.views.blueprint import blueprint
from webapp.contacts import attributes, counting, field_values, queries
from webapp.contacts.attributes import MOST, FieldExists, TooManyFields
from webapp.contacts.models import Attribute, AttributeKind
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
    except (FieldExists, TooManyFields) as error:
        form.name.errors = [str(error)]
        return _page(workspace, form), 422
    made.category = form.category.data
    attributes.ask_people(made, asked=form.asked_of_people.data)
    auditing.record(workspace, "field.created", made)
    flash(_("The field is added."), "success")
    return redirect(url_for(".show_fields"), 303)


@blueprint.get("/fields/<int:field_id>")
@requires(Permission.EDIT)
def edit_field(workspace: Workspace, field_id: int) -> ResponseReturnValue:
    """One field: its name, its choices, what it is about."""
    attribute = queries.get_attribute(workspace, field_id)
    known = {
        "name": attribute.name,
        "choices": "\n".join(attribute.choices),
        "category": attribute.category,
        "asked_of_people": attribute.asked_of_people,
    }
    form = KnownFieldForm(data=known)
    return _field_page(attribute, form)


@blueprint.post("/fields/<int:field_id>")
@requires(Permission.EDIT)
def change_field(workspace: Workspace, field_id: int) -> ResponseReturnValue:
    """Change a field; a choice that people have goes only when that is known."""
    attribute = queries.get_attribute(workspace, field_id)
    form = KnownFieldForm()
    form.kind.data = attribute.kind
    if not form.validate_on_submit():
        return _field_page(attribute, form), 422
    gone = [one for one in attribute.choices if one not in form.lines()]
    held = field_values.holders(workspace, attribute, gone)
    if held and not form.sure.data:
        return _field_page(attribute, form, held), 422
    attributes.change(workspace, attribute, form.name.data, form.lines())
    attribute.category = form.category.data
    attributes.ask_people(attribute, asked=form.asked_of_people.data)
    auditing.record(workspace, "field.changed", attribute, choices_removed=len(gone))
    flash(_("The field is saved."), "success")
    return redirect(url_for(".show_fields"), 303)


@blueprint.post("/fields/<int:field_id>/move")
@requires(Permission.EDIT)
def move_field(workspace: Workspace, field_id: int) -> ResponseReturnValue:
    """Put a field one place further up or down."""
    attribute = queries.get_attribute(workspace, field_id)
    attributes.move(workspace, attribute, up=request.form.get("to") == "up")
    auditing.record(workspace, "fields.ordered", attribute)
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
    """Remove a field and all that was ever said in it."""
    attribute = queries.get_attribute(workspace, field_id)
    auditing.record(workspace, "field.removed", attribute)
    attributes.remove(workspace, attribute)
    flash(_("The field is removed."), "success")
    return redirect(url_for(".show_fields"), 303)


def _page(workspace: Workspace, form: FieldForm) -> str:
    found = queries.attributes(workspace)
    usage = counting.figures(
        workspace,
        ("fields", 0),
        [attribute.key for attribute in found],
        lambda: dict(field_values.usage(workspace)),
        now=request.args.get("count") == "now",
    )
    return render_template(
        "contacts/fields.html",
        form=form,
        fields=found,
        usage=usage,
        kinds=KINDS,
        categories=CATEGORIES,
        most=MOST,
    )


def _field_page(
    attribute: Attribute, form: KnownFieldForm, held: dict[str, int] | None = None
) -> str:
    return render_template(
        "contacts/field.html",
        attribute=attribute,
        form=form,
        held=held or {},
        kind=KINDS[attribute.kind],
    )
