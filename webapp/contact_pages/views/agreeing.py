"""Put somebody on a list, where they must confirm unless the law says otherwise; take them off at once."""

from textwrap import shorten

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.consent.grounds import GroundIsRefused
from webapp.contact_pages.forms.lists import AskForm
from webapp.contact_pages.views.blueprint import blueprint, to
from webapp.contacts import queries
from webapp.contacts.models import Contact
from webapp.core.form_fields import options
from webapp.core.i18n import _
from webapp.subscriptions import accepting, subscribing
from webapp.subscriptions import queries as lists
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import MailingList
from webapp.subscriptions.subscribing import Leaving, MailIsBlocked

# As much of a wording as tells it from another one.
LONGEST_CHOICE = 100


@blueprint.get("/<int:contact_id>/lists/new")
@requires(Permission.CONTACTS)
def choose_list(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """On which list, and how the person asked for it."""
    contact = queries.get(workspace, contact_id)
    return _page(workspace, _form(workspace), contact)


@blueprint.post("/<int:contact_id>/lists/new")
@requires(Permission.CONTACTS)
def put_on_list(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """Ask the person to confirm; or put them on it, where a sale or a profession allows it."""
    contact = queries.get(workspace, contact_id)
    form = _form(workspace)
    if not form.validate_on_submit():
        return _page(workspace, form, contact), 422
    mailing_list = lists.get_list(workspace, form.mailing_list.data)
    ground = form.ground(workspace.id)
    if ground is None:
        _ask(workspace, contact, mailing_list, form)
        return to(contact)
    try:
        accepting.put_on(mailing_list, contact, ground, form.notice.data)
    except GroundIsRefused as error:
        form.refuse(error)
        return _page(workspace, form, contact), 422
    auditing.record(workspace, "contact.put_on_list", contact, basis=ground.basis)
    flash(_("They are on this list."), "success")
    return to(contact)


@blueprint.post("/<int:contact_id>/lists/<int:list_id>/leave")
@requires(Permission.CONTACTS)
def take_off_list(
    workspace: Workspace, contact_id: int, list_id: int
) -> ResponseReturnValue:
    """The person told a colleague: they are off the list at once."""
    contact = queries.get(workspace, contact_id)
    mailing_list = lists.get_list(workspace, list_id)
    subscribing.leave(contact, mailing_list, Leaving("staff"))
    auditing.record(workspace, "contact.taken_off_list", contact)
    flash(_("They are off this list."), "success")
    return to(contact)


@blueprint.post("/<int:contact_id>/never-again")
@requires(Permission.CONTACTS)
def never_again(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """The person wants nothing more: everything is withdrawn and the address suppressed."""
    contact = queries.get(workspace, contact_id)
    subscribing.leave_everything(contact, Leaving("staff"))
    auditing.record(workspace, "contact.suppressed", contact)
    flash(_("Nothing is sent to this address any more."), "success")
    return to(contact)


def _ask(
    workspace: Workspace, contact: Contact, mailing_list: MailingList, form: AskForm
) -> None:
    """What a colleague says is no proof: the person confirms it."""
    asked = Asked(method="staff", collected=form.collected.data)
    try:
        subscribing.ask(mailing_list, contact, asked=asked)
    except MailIsBlocked as error:
        flash(str(error), "error")
        return
    auditing.record(workspace, "contact.asked_to_confirm", contact)
    flash(
        _("They get an e-mail to confirm with, unless one was sent today already."),
        "success",
    )


def _form(workspace: Workspace) -> AskForm:
    form = AskForm()
    form.mailing_list.choices = options(
        (str(one.id), one.name) for one in lists.active(workspace)
    )
    form.notice.choices = options(
        [
            ("", _("Choose…")),
            *(
                (str(one.id), shorten(one.body, LONGEST_CHOICE, placeholder="…"))
                for one in accepting.sale_notices(workspace)
            ),
        ]
    )
    return form


def _page(workspace: Workspace, form: AskForm, contact: Contact) -> str:
    accepted = accepting.of_workspace(workspace)
    # Nobody is asked to choose where there is nothing to choose.
    form.basis.choices = [
        one for one in form.basis.choices if one.value in accepted.bases
    ]
    return render_template(
        "contacts/put_on_list.html", form=form, contact=contact, accepted=accepted
    )
