"""The addresses nothing is sent to any more: how many, why, and one more by hand."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contact_pages.forms import SuppressForm
from webapp.contact_pages.views.blueprint import blueprint
from webapp.contacts import queries
from webapp.core.i18n import _, _l
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.subscriptions import subscribing
from webapp.subscriptions.subscribing import Leaving

REASONS = {
    SuppressionReason.UNSUBSCRIBED_FROM_ALL: _l("Left everything"),
    SuppressionReason.COMPLAINT: _l("Complained of spam"),
    SuppressionReason.HARD_BOUNCE: _l("The address does not exist"),
    SuppressionReason.SOFT_BOUNCES: _l("The mailbox takes nothing any more"),
    SuppressionReason.ERASED: _l("Asked for erasure"),
    SuppressionReason.STAFF: _l("Entered by a colleague"),
    SuppressionReason.IMPORTED: _l("Brought from another tool"),
}


@blueprint.get("/suppressed")
@requires(Permission.CONTACTS)
def show_suppressed(workspace: Workspace) -> ResponseReturnValue:
    """How many addresses are suppressed, by reason."""
    return _page(workspace, SuppressForm())


@blueprint.post("/suppressed")
@requires(Permission.CONTACTS)
def suppress(workspace: Workspace) -> ResponseReturnValue:
    """Suppress an address, known or not; a contact also leaves every list."""
    form = SuppressForm()
    if not form.validate_on_submit():
        return _page(workspace, form), 422
    contact = queries.find_by_email(workspace, form.email.data)
    if contact:
        subscribing.leave_everything(contact, Leaving("staff"))
    else:
        suppression.suppress(workspace, form.email.data, SuppressionReason.STAFF)
    auditing.record(workspace, "contact.suppressed", contact)
    flash(_("Nothing is sent to this address any more."), "success")
    return redirect(url_for(".show_suppressed"), 303)


def _page(workspace: Workspace, form: SuppressForm) -> str:
    return render_template(
        "contacts/suppressed.html",
        form=form,
        tallies=suppression.tallies(workspace),
        reasons=REASONS,
    )
