"""Files of contacts: asked for, followed, fetched, thrown away."""

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, current_user_id, requires
from webapp.accounts.models import Workspace
from webapp.consent.models import State
from webapp.core.bad_input import row_number
from webapp.core.i18n import _, locale
from webapp.core.spreadsheets.writing import KINDS
from webapp.exports import asking, choosing, files
from webapp.exports.choosing import Chosen
from webapp.exports.columns import STATES
from webapp.exports.forms import ExportForm, form_of

blueprint = Blueprint("exports", __name__)

LONGEST_WORDS = 200


@blueprint.get("/")
@requires(Permission.EXPORT)
def index(workspace: Workspace) -> ResponseReturnValue:
    """The files that are there or on their way."""
    return render_template("exports/index.html", **_files(workspace))


@blueprint.get("/progress")
@requires(Permission.EXPORT)
def follow(workspace: Workspace) -> ResponseReturnValue:
    """How far they are, for the page to renew itself."""
    return render_template("exports/_files.html", **_files(workspace))


@blueprint.get("/new")
@requires(Permission.EXPORT)
def new(workspace: Workspace) -> ResponseReturnValue:
    """Which file, and what is in it."""
    return _page(workspace, form_of(workspace))


@blueprint.post("/new")
@requires(Permission.EXPORT)
def create(workspace: Workspace) -> ResponseReturnValue:
    """Have the file made in the background."""
    form = form_of(workspace)
    if not form.validate_on_submit():
        return _page(workspace, form), 422
    asking.ask(
        workspace,
        _chosen(),
        kind=form.kind.data,
        columns=form.columns(),
        user_id=current_user_id(),
        locale=locale(),
    )
    flash(_("The file is being made. You may leave this page."), "info")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:export_id>/file")
@requires(Permission.EXPORT)
def fetch(workspace: Workspace, export_id: int) -> ResponseReturnValue:
    """Go to the file, by an address that works for minutes; who takes it is noted."""
    export = asking.get(workspace, export_id)
    token = asking.link(workspace, export, current_user_id())
    return redirect(url_for(".download", token=token), 303)


@blueprint.get("/file/<token>")
@requires(Permission.EXPORT)
def download(workspace: Workspace, token: str) -> ResponseReturnValue:
    """The file."""
    export, path = asking.fetched(workspace, token, current_user_id())
    day = f"{export.finished_at:%Y-%m-%d}"
    name = f"contacts-{workspace.slug}-{day}-{export.id}.{export.kind}"
    return send_file(
        path, KINDS[export.kind], as_attachment=True, download_name=name, max_age=0
    )


@blueprint.post("/<int:export_id>/delete")
@requires(Permission.EXPORT)
def delete(workspace: Workspace, export_id: int) -> ResponseReturnValue:
    """Throw the file away."""
    asking.delete(workspace, asking.get(workspace, export_id))
    flash(_("The file is deleted."), "success")
    return redirect(url_for(".index"), 303)


def _chosen() -> Chosen:
    said = request.values.get("state", "")
    return Chosen(
        mailing_list_id=request.values.get("list", type=row_number),
        state=State(said) if said in set(State) else State.GIVEN,
        segment_id=request.values.get("segment", type=row_number),
        words=request.values.get("q", "").strip()[:LONGEST_WORDS],
    )


def _files(workspace: Workspace) -> dict[str, object]:
    exports = asking.latest(workspace)
    return {
        "exports": exports,
        "names": asking.names(exports),
        "states": STATES,
        "days": files.KEPT.days,
    }


def _page(workspace: Workspace, form: ExportForm) -> str:
    chosen = _chosen()
    return render_template(
        "exports/new.html",
        form=form,
        chosen=chosen,
        name=choosing.name(workspace, chosen),
        states=STATES,
        days=files.KEPT.days,
    )
