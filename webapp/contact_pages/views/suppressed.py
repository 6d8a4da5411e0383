"""The addresses nothing is sent to any more: how many, why, one looked up, added or lifted, files of them."""

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
from flask_wtf import FlaskForm

from webapp.accounts import auditing
from webapp.accounts.access import Permission, current_user_id, requires
from webapp.accounts.models import Workspace
from webapp.contact_pages import stopping
from webapp.contact_pages.forms.suppressing import (
    LiftForm,
    LookUpForm,
    SuppressForm,
    SuppressionFileForm,
)
from webapp.contact_pages.stopping import ORIGINS, REASONS
from webapp.core import clock
from webapp.core.i18n import _
from webapp.core.spreadsheets import as_csv
from webapp.core.streaming import streamed
from webapp.deliverability import (
    suppression,
    suppression_exports,
    suppression_files,
    suppression_imports,
)
from webapp.deliverability.models import SuppressionReason
from webapp.deliverability.suppression_files import FAULTS, FileIsRefused

blueprint = Blueprint("suppressions", __name__)

# With the lines around the file.
LARGEST_BODY = suppression_files.LARGEST_FILE + 100_000


@blueprint.url_value_preprocessor
def take_large_files(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Before anything reads the body: its form carries the token that lets it pass."""
    if endpoint == "suppressions.take_file":
        request.max_content_length = request.max_form_memory_size = LARGEST_BODY


@blueprint.get("/")
@requires(Permission.CONTACTS)
def index(workspace: Workspace) -> ResponseReturnValue:
    """How many addresses are suppressed, by reason; the latest files."""
    return _page(workspace)


@blueprint.post("/")
@requires(Permission.CONTACTS)
def suppress(workspace: Workspace) -> ResponseReturnValue:
    """Suppress an address, known or not; a contact who asked for it also leaves every list."""
    form = SuppressForm()
    if not form.validate_on_submit():
        return _page(workspace, suppress=form), 422
    stopping.stop(workspace, form.email.data, SuppressionReason(form.chosen()))
    flash(_("Nothing is sent to this address any more."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/look-up")
@requires(Permission.CONTACTS)
def look_up(workspace: Workspace) -> ResponseReturnValue:
    """Whether an address is suppressed; it stands in no address of a page, so in no log."""
    form = LookUpForm()
    if not form.validate_on_submit():
        return _page(workspace, wanted=form), 422
    return _page(workspace, wanted=form, asked=form.wanted.data)


@blueprint.post("/lift")
@requires(Permission.CONTACTS)
def lift(workspace: Workspace) -> ResponseReturnValue:
    """Write to the address again: for a mailbox that failed, never for a person who refused."""
    form = LiftForm()
    if not form.validate_on_submit():
        return _page(workspace, asked=form.lifted.data or "", lift=form), 422
    stopping.lift(workspace, form.lifted.data, form.why.data)
    flash(_("This address may get your newsletters again."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/files")
@requires(Permission.CONTACTS)
def take_file(workspace: Workspace) -> ResponseReturnValue:
    """Take the list of another tool, or one of ours."""
    form = SuppressionFileForm()
    if not form.validate_on_submit():
        return _page(workspace, file=form), 422
    upload = form.file.data
    name, content = upload.filename or "", upload.read()
    try:
        taken = suppression_imports.begin(workspace, name, content, current_user_id())
    except FileIsRefused as error:
        form.file.errors = [str(error)]
        return _page(workspace, file=form), 422
    return redirect(url_for(".show_file", import_id=taken.id), 303)


@blueprint.get("/files/<int:import_id>")
@requires(Permission.CONTACTS)
def show_file(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """How far a file is, and what came of it."""
    taken = suppression_imports.get(workspace, import_id)
    return render_template("contacts/suppression_file.html", taken=taken, words=FAULTS)


@blueprint.get("/files/<int:import_id>/progress")
@requires(Permission.CONTACTS)
def follow_file(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """The part of that page that renews itself."""
    taken = suppression_imports.get(workspace, import_id)
    return render_template("contacts/_suppression_file.html", taken=taken, words=FAULTS)


@blueprint.get("/files/<int:import_id>/faults.csv")
@requires(Permission.CONTACTS)
def faults(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """The lines that were not taken, by their numbers: they hold no address."""
    taken = suppression_imports.get(workspace, import_id)
    rows = ((number, str(FAULTS[code])) for number, code in taken.faults)
    lines = as_csv([_("Line"), _("What is wrong")], rows)
    return _file("".join(lines), f"lines-not-taken-{taken.id}.csv")


@blueprint.post("/export")
@requires(Permission.EXPORT)
def export(workspace: Workspace) -> ResponseReturnValue:
    """The whole list as CSV; who takes it is logged."""
    auditing.record(workspace, "suppressions.exported")
    lines = streamed(suppression_exports.lines(workspace))
    name = f"suppressed-{workspace.slug}-{clock.now():%Y-%m-%d}.csv"
    return _file(lines, name)


def _file(lines: object, name: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(lines, mimetype="text/csv", headers=disposition)  # type: ignore[arg-type]


def _page(workspace: Workspace, *, asked: str = "", **forms: FlaskForm) -> str:
    found = suppression.look_up(workspace, asked) if asked else None
    kinds = {
        "wanted": LookUpForm,
        "suppress": SuppressForm,
        "lift": LiftForm,
        "file": SuppressionFileForm,
    }
    return render_template(
        "contacts/suppressed.html",
        tallies=suppression.tallies(workspace),
        files=suppression_imports.latest(workspace),
        reasons=REASONS,
        origins=ORIGINS,
        asked=asked,
        found=found,
        campaign=stopping.campaign_of(found),
        is_refusal=stopping.is_refusal(found),
        **{name: forms.get(name) or kind(None) for name, kind in kinds.items()},
    )
