"""Settings: the partners whom people may allow us to pass their address on to."""

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.i18n import LOCALES, _
from webapp.core.streaming import streamed
from webapp.partner_pages.forms import PartnerForm, filled, form_in
from webapp.subscriptions import partners, passing_on
from webapp.subscriptions.models import Partner
from webapp.subscriptions.partners import NameIsAgreedTo

blueprint = Blueprint("partners", __name__)


@blueprint.get("/")
@requires(Permission.AUDIT)
def index(workspace: Workspace) -> ResponseReturnValue:
    """Every partner with its sentence and how many agreed."""
    every = partners.every(workspace)
    return render_template(
        "partners/index.html",
        partners=every,
        figures=passing_on.figures(every),
        sentences={one.id: partners.sentence(one, workspace.locale) for one in every},
    )


@blueprint.get("/new")
@requires(Permission.SETTINGS)
def new(workspace: Workspace) -> ResponseReturnValue:
    """The form of a new partner."""
    return _page(_form(workspace))


@blueprint.post("/new")
@requires(Permission.SETTINGS)
def create(workspace: Workspace) -> ResponseReturnValue:
    """Add a partner."""
    form = _form(workspace)
    if not form.validate_on_submit():
        return _page(form), 422
    partners.create(workspace, form.told(_others(workspace)))
    flash(_("The partner is added. Offer its box in a widget."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.get("/<int:partner_id>/edit")
@requires(Permission.SETTINGS)
def edit(workspace: Workspace, partner_id: int) -> ResponseReturnValue:
    """The form of a partner."""
    partner = partners.get(workspace, partner_id)
    return _page(_form(workspace, partner), partner)


@blueprint.post("/<int:partner_id>/edit")
@requires(Permission.SETTINGS)
def update(workspace: Workspace, partner_id: int) -> ResponseReturnValue:
    """Change a partner."""
    partner = partners.get(workspace, partner_id)
    form = _form(workspace)
    if not form.validate_on_submit():
        return _page(form, partner), 422
    try:
        partners.change(workspace, partner, form.told(_others(workspace)))
    except NameIsAgreedTo as error:
        form.name.errors = [str(error)]
        return _page(form, partner), 422
    flash(_("The partner is saved."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:partner_id>/archive")
@requires(Permission.SETTINGS)
def archive(workspace: Workspace, partner_id: int) -> ResponseReturnValue:
    """Ask nobody about this partner any more."""
    partners.archive(workspace, partners.get(workspace, partner_id))
    flash(_("The partner is archived. No form asks about it any more."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:partner_id>/restore")
@requires(Permission.SETTINGS)
def restore(workspace: Workspace, partner_id: int) -> ResponseReturnValue:
    """Offer an archived partner again."""
    partners.restore(workspace, partners.get(workspace, partner_id))
    flash(_("The partner is in use again."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:partner_id>/export")
@requires(Permission.EXPORT)
def export(workspace: Workspace, partner_id: int) -> ResponseReturnValue:
    """The addresses of those who agreed, or who took it back, for this partner; who exports is logged."""
    partner = partners.get(workspace, partner_id)
    withdrew = request.form.get("who") == passing_on.WITHDREW
    who = passing_on.WITHDREW if withdrew else passing_on.AGREED
    return Response(
        streamed(passing_on.export(workspace, partner, who)),
        mimetype="text/csv",
        headers={
            "Content-Disposition": "attachment; filename="
            f"partner-{partner.id}-{who}-{clock.now():%Y-%m-%d}.csv"
        },
    )


def _form(workspace: Workspace, partner: Partner | None = None) -> PartnerForm:
    made = form_in(_others(workspace))
    return made(data=filled(partner)) if partner else made()


def _others(workspace: Workspace) -> list[str]:
    """The languages beside that of the workspace."""
    return [code for code in LOCALES if code != workspace.locale]


def _page(form: PartnerForm, partner: Partner | None = None) -> str:
    return render_template("partners/edit.html", form=form, partner=partner)
