"""Where an import stands: the dry run, the run, its end, its undoing; and its files."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask import (
    Response,
    flash,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core.i18n import _
from webapp.core.spreadsheets import as_csv
from webapp.core.streaming import streamed
from webapp.imports import (
    counting,
    deciding,
    kinds,
    moves,
    peers,
    queries,
    rejects,
    words,
)
from webapp.imports.answers import Answers
from webapp.imports.models import ImportRun, Status
from webapp.imports.views.blueprint import blueprint

_NONE: dict[str, Any] = {
    name: {} for name in ("filled", "replaced", "refusals", "left_out", "lists")
}
_WITH_EXAMPLES = ("updated", "new", "refused")


@blueprint.get("/<int:import_id>")
@requires(Permission.CONTACTS)
def show(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """What would change, what is under way, or what came of it."""
    run = moves.get(workspace, import_id)
    if run.status == Status.DRAFT:
        step = ".check_step" if deciding.is_answered(run) else ".look"
        return redirect(url_for(step, import_id=run.id), 303)
    return render_template("imports/show.html", **_page(workspace, run))


@blueprint.get("/<int:import_id>/progress")
@requires(Permission.CONTACTS)
def follow(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """The part of that page that renews itself."""
    run = moves.get(workspace, import_id)
    return render_template("imports/_state.html", **_page(workspace, run))


@blueprint.get("/<int:import_id>/check")
@requires(Permission.CONTACTS)
def check_step(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """Everything is answered: only the dry run is missing."""
    run = moves.get(workspace, import_id)
    return render_template("imports/check.html", **_page(workspace, run))


@blueprint.post("/<int:import_id>/check")
@requires(Permission.CONTACTS)
def check(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """Have the dry run made."""
    run = moves.get(workspace, import_id, for_update=True)
    if run.status == Status.CHECKED:
        deciding.reopen(run)
    deciding.check(run)
    return _back(run)


@blueprint.post("/<int:import_id>/start")
@requires(Permission.CONTACTS)
def start(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """Take the file into the base."""
    run = moves.get(workspace, import_id, for_update=True)
    deciding.start(run)
    return _back(run)


@blueprint.post("/<int:import_id>/cancel")
@requires(Permission.CONTACTS)
def cancel(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """Stop here."""
    run = moves.get(workspace, import_id, for_update=True)
    deciding.cancel(run)
    flash(_("The import is cancelled."), "success")
    return _back(run)


@blueprint.post("/<int:import_id>/undo")
@requires(Permission.CONTACTS)
def undo(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """Take it back."""
    run = moves.get(workspace, import_id, for_update=True)
    deciding.undo(run)
    return _back(run)


@blueprint.get("/<int:import_id>/lines.csv")
@requires(Permission.CONTACTS)
def lines(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """Each line of the file, and what becomes of it, as it stands now."""
    run = moves.get(workspace, import_id)
    labels = {
        name: str(label) for name, label in queries.labels(workspace, run).items()
    }
    rows = (
        [
            row.line,
            str(words.VERDICTS[row.verdict]),
            str(words.FAULTS.get(row.fault, "")),
            _told(row.given, labels),
            _told(row.replaced, labels),
        ]
        for row in queries.report(workspace, run)
    )
    titles = (_("Line"), _("Result"), _("Reason"), _("New values"), _("Values before"))
    return _csv(titles, rows, f"import-{run.id}-lines.csv")


@blueprint.post("/<int:import_id>/refused.csv")
@requires(Permission.CONTACTS)
def refused(workspace: Workspace, import_id: int) -> ResponseReturnValue:
    """The lines that were not taken, with the reason; corrected, they can be imported."""
    run = moves.get(workspace, import_id)
    auditing.record(workspace, "import.refused_downloaded", run)
    rows = rejects.lines(run)
    return _csv(rejects.heading(run), rows, f"import-{run.id}-refused.csv")


def _page(workspace: Workspace, run: ImportRun) -> dict[str, Any]:
    answers = Answers.read(run.answers)
    figures = run.figures if run.started_at else run.expected
    has_ended = run.status in {Status.DONE, Status.UNDOING, Status.UNDONE}
    return {
        "workspace": workspace,
        "run": run,
        "step": "check",
        "words": words,
        "answers": answers,
        "figures": counting.counted({**_NONE, **figures}),
        "undone": counting.counted(run.undone),
        "lists": kinds.lists_of(workspace, answers.lists),
        "labels": queries.labels(workspace, run),
        "examples": {
            verdict: queries.examples(workspace, run, verdict)
            for verdict in _WITH_EXAMPLES
            if run.status == Status.CHECKED
        },
        "people": queries.names_of([run]),
        "tool": peers.NAMES.get(run.tool, ""),
        "is_open": run.status in moves.OPEN,
        "is_moving": run.status in moves.MOVING,
        "is_answered": deciding.is_answered(run),
        "as_expected": not has_ended or counting.same(run.expected, run.figures),
        "can_be_undone": Status.UNDOING in moves.MOVES[Status(run.status)]
        and run.started_at is not None,
    }


def _told(values: dict[str, Any], labels: dict[str, str]) -> str:
    return "; ".join(
        f"{labels.get(name, name)}: {value}" for name, value in values.items()
    )


def _csv(titles: Iterable[str], rows: Iterator[list[Any]], name: str) -> Response:
    lines = streamed(as_csv(titles, rows))
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(lines, mimetype="text/csv", headers=disposition)


def _back(run: ImportRun) -> ResponseReturnValue:
    return redirect(url_for(".show", import_id=run.id), 303)
