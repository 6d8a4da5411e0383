"""The way of one file: how it is read, where its columns go, the questions, the dry run."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contacts import queries as contacts
from webapp.core.i18n import _
from webapp.imports import (
    deciding,
    mapping,
    moves,
    peers,
    proofs,
    queries,
    sniffing,
    targets,
    words,
)
from webapp.imports.answers import Answers
from webapp.imports.deciding import BasisIsRefused
from webapp.imports.forms import QuestionsForm, ReadingForm
from webapp.imports.models import ImportRun, Kind
from webapp.imports.views.blueprint import blueprint

# Lines of the file on its page.
_SHOWN = 12


@blueprint.get("/<int:import_id>/file")
@requires(Permission.CONTACTS)
def look(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """The beginning of the file, as it is read."""
    run = moves.get(workspace, import_id)
    opened, lines = queries.first_lines(run)
    form = ReadingForm(
        None,
        kind=run.kind,
        sheet=opened.table.sheet,
        delimiter=run.reading.get("delimiter", ""),
        encoding=run.reading.get("encoding", ""),
        heading=opened.has_heading,
    )
    form.offer(opened.table.sheets)
    return render_template(
        "imports/file.html",
        **_about(workspace, run, "file"),
        form=form,
        opened=opened,
        headings=_headings(opened.columns),
        lines=lines[:_SHOWN],
        before=queries.same_file(workspace, run),
    )


@blueprint.post("/<int:import_id>/file")
@requires(Permission.CONTACTS)
def read_as(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """Read it otherwise, or go on."""
    run = moves.get(workspace, import_id, for_update=True)
    form = ReadingForm()
    form.offer([request.form["sheet"]] * 2 if request.form.get("sheet") else [])
    if form.validate_on_submit():
        told = (Kind(form.kind.data), form.reading())
        if told != (run.kind, _as_read(run)):
            deciding.read_as(run, *told)
    wanted = ".columns" if "go" in request.form else ".look"
    return redirect(url_for(wanted, import_id=run.id), 303)


@blueprint.get("/<int:import_id>/columns")
@requires(Permission.CONTACTS)
def columns(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """Where each column goes."""
    run = moves.get(workspace, import_id)
    return _columns(workspace, run, run.mapping)


@blueprint.post("/<int:import_id>/columns")
@requires(Permission.CONTACTS)
def map_columns(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """Send each column where somebody says."""
    run = moves.get(workspace, import_id, for_update=True)
    chosen = [
        request.form.get(f"column-{place}", "") for place in range(len(run.columns))
    ]
    status = request.form.get("file_status", "")
    try:
        deciding.map_columns(
            run, chosen, status if status in words.FILE_STATUSES else ""
        )
    except mapping.MappingIsRefused as error:
        return _columns(workspace, run, chosen, error), 422
    return redirect(url_for(".questions", import_id=run.id), 303)


@blueprint.get("/<int:import_id>/questions")
@requires(Permission.CONTACTS)
def questions(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """Where these people come from, and on which basis they are written to."""
    run = moves.get(workspace, import_id)
    form = QuestionsForm(None, data=Answers.read(run.answers).__dict__)
    form.fit(Kind(run.kind), queries.lists(workspace))
    return _questions(workspace, run, form)


@blueprint.post("/<int:import_id>/questions")
@requires(Permission.CONTACTS)
def answer(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """Keep the answers, and have the dry run made."""
    run = moves.get(workspace, import_id, for_update=True)
    form = QuestionsForm()
    form.fit(Kind(run.kind), queries.lists(workspace))
    if not form.validate_on_submit():
        return _questions(workspace, run, form), 422
    known = Answers.read(run.answers)
    proof = known.proof, known.proof_name
    if "proof" in form and form.proof.data:
        proof = proofs.keep(run, form.proof.data.stream, form.proof.data.filename or "")
    try:
        deciding.answer(run, form.answers(known, proof))
    except BasisIsRefused as error:
        _blame(form, error)
        return _questions(workspace, run, form), 422
    deciding.check(run)
    return redirect(url_for(".show", import_id=run.id), 303)


def _headings(columns: list[str]) -> list[dict[str, Any]]:
    """The line over the sample: columns without a name are numbered."""
    numbered = enumerate(columns, 1)
    names = [name or _("Column %(number)s", number=at) for at, name in numbered]
    return [{"label": label} for label in (_("Line"), *names)]


def _as_read(run: ImportRun) -> dict[str, Any]:
    """How the file is read now, as the form tells it."""
    opened, _lines = queries.first_lines(run)
    return {
        "delimiter": run.reading.get("delimiter", ""),
        "encoding": run.reading.get("encoding", ""),
        "sheet": opened.table.sheet if len(opened.table.sheets) > 1 else "",
        "heading": opened.has_heading,
    }


def _columns(
    workspace: Workspace,
    run: ImportRun,
    chosen: list[str],
    error: mapping.MappingIsRefused | None = None,
) -> str:
    _opened, lines = queries.first_lines(run)
    own = contacts.attributes(workspace)
    kind = Kind(run.kind)
    rows = [cells for _line, cells in lines]
    return render_template(
        "imports/columns.html",
        **_about(workspace, run, "columns"),
        columns=mapping.describe(run.columns, rows, chosen),
        groups=targets.groups(kind, own),
        new_kinds=targets.NEW_KINDS if kind is Kind.CONTACTS else (),
        kind_words=words.FIELD_KINDS,
        error=error,
        file_statuses=words.FILE_STATUSES if kind in _WITH_STATUS else {},
        file_status=run.answers.get("file_status", ""),
        sniffing=sniffing,
    )


def _questions(workspace: Workspace, run: ImportRun, form: QuestionsForm) -> str:
    return render_template(
        "imports/questions.html", **_about(workspace, run, "questions"), form=form
    )


def _blame(form: QuestionsForm, error: BasisIsRefused) -> None:
    field = form[error.field if error.field in form else "basis"]
    field.errors = [*field.errors, str(error)]


def _about(workspace: Workspace, run: ImportRun, step: str) -> dict[str, Any]:
    """What each of these pages says of its import."""
    return {
        "workspace": workspace,
        "run": run,
        "step": step,
        "words": words,
        "tool": peers.NAMES.get(run.tool, ""),
        "is_open": run.status in moves.OPEN,
        "is_answered": deciding.is_answered(run),
    }


_WITH_STATUS = (Kind.CONTACTS, Kind.OPT_OUTS)
