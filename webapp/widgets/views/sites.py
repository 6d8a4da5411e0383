"""The sites people may be sent on to after a sign-up."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core.i18n import _
from webapp.widgets import sites
from webapp.widgets.forms import SiteForm
from webapp.widgets.sites import SiteIsInUse, SiteIsNotValid
from webapp.widgets.views.site import blueprint


@blueprint.route("/sites", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def allowed_sites(workspace: Workspace) -> ResponseReturnValue:
    """Which sites there are, and one more."""
    form = SiteForm()
    if form.validate_on_submit():
        try:
            host = sites.allow(workspace, form.site.data)
        except SiteIsNotValid as error:
            form.site.errors = [*form.site.errors, str(error)]
        else:
            flash(_("Widgets may send people to %(host)s.", host=host), "success")
            return redirect(url_for(".allowed_sites"), 303)
    page = render_template(
        "widgets/sites.html",
        form=form,
        sites=sites.allowed(workspace),
        website=sites.host_of(workspace.website),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/sites/<int:site_id>/remove")
@requires(Permission.SETTINGS)
def remove_site(workspace: Workspace, site_id: int) -> ResponseReturnValue:
    """Send nobody there any more."""
    try:
        sites.refuse(workspace, site_id)
    except SiteIsInUse as error:
        flash(str(error), "error")
    else:
        flash(_("The site is taken off the list."), "success")
    return redirect(url_for(".allowed_sites"), 303)
