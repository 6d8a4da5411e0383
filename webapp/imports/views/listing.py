"""All imports of a workspace, and the beginning of a new one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, current_user_id, requires
from webapp.accounts.models import Workspace
from webapp.core.i18n import _
from webapp.core.pages import keyset_page, position
from webapp.core.spreadsheets import FileIsRefused
from webapp.imports import counting, files, queries, uploading, words
from webapp.imports.forms import UploadForm
from webapp.imports.models import ImportRun
from webapp.imports.peers import NAMES
from webapp.imports.views.blueprint import blueprint


@blueprint.get("/")
@requires(Permission.CONTACTS)
def index(workspace: Workspace) -> ResponseReturnValue:
    """Every import: who, when, which file, what came of it."""
    page = keyset_page(
        queries.history(workspace),
        ImportRun,
        before=position("before"),
        after=position("after"),
    )
    return render_template(
        "imports/index.html",
        page=page,
        people=queries.names_of(page.rows),
        words=words,
        counted=counting.counted,
        tools=NAMES,
    )


@blueprint.get("/new")
@requires(Permission.CONTACTS)
def new(workspace: Workspace) -> ResponseReturnValue:  # noqa: ARG001
    """Choose a file."""
    return _page(UploadForm())


@blueprint.post("/new")
@requires(Permission.CONTACTS)
def upload(workspace: Workspace) -> ResponseReturnValue:
    """Take the file in and look at it; a packed one becomes several imports."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _page(form), 422
    given = form.file.data
    try:
        made = uploading.take(
            workspace, given.filename or "", given.stream, current_user_id()
        )
    except FileIsRefused as error:
        form.file.errors = [str(error)]
        return _page(form), 422
    if len(made) > 1:
        flash(_("The file held several tables: each became an import."), "info")
        return redirect(url_for(".index"), 303)
    return redirect(url_for(".look", import_id=made[0].id), 303)


def _page(form: UploadForm) -> str:
    return render_template(
        "imports/new.html",
        form=form,
        megabytes=files.LARGEST // (1024 * 1024),
        most_lines=files.MOST_LINES,
        most_columns=files.MOST_COLUMNS,
        kept_days=uploading.KEPT.days,
        tools=NAMES.values(),
    )
