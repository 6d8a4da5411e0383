"""What people decide about an import: how it is read, what it may change, that it starts, that it ends."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from webapp.accounts import access, auditing
from webapp.accounts.models import Workspace
from webapp.consent import bases, grounds, ledger
from webapp.consent.models import Basis, Purpose
from webapp.contacts import attributes
from webapp.contacts import queries as contacts
from webapp.contacts.models import AttributeKind
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.imports import jobs, mapping, moves, staging, uploading
from webapp.imports.answers import Answers
from webapp.imports.models import ImportRun, Kind, Status
from webapp.subscriptions.models import MailingList

# The kind of the wording that people agreed to elsewhere, as whoever imports them states it.
WORDING = "import_wording"


class AnswersAreMissing(DomainError):
    """Nothing is imported before it is said where it comes from, on which basis, and who vouches for it."""

    status = 422
    message = _l(
        "Say first where these people come from, since when, on which basis, and that "
        "you vouch for it."
    )


class BasisIsRefused(DomainError):
    """The list, or the law, does not take these people on this basis; `field` is what is wrong."""

    status = 422
    field = "basis"

    def __init__(self, message: Any, field: str = "basis") -> None:
        """Say what is wrong."""
        self.message, self.field = message, field


def read_as(run: ImportRun, kind: Kind, reading: dict[str, Any]) -> None:
    """Read the file otherwise, and look at it anew.

    :raises FileIsRefused: when it cannot be read so.
    """
    reopen(run)
    run.kind, run.reading = kind, reading
    uploading.look(run, kind)


def map_columns(run: ImportRun, chosen: list[str], file_status: str) -> None:
    """Send each column where somebody says.

    :raises MappingIsRefused: when that cannot be.
    """
    workspace = db.session.get_one(Workspace, run.workspace_id)
    mapping.check(Kind(run.kind), chosen, contacts.attributes(workspace))
    reopen(run)
    run.mapping = chosen
    run.answers = {**run.answers, "file_status": file_status}


def answer(run: ImportRun, answers: Answers) -> None:
    """Keep what was answered, and that the person who is signed in vouches for it.

    :raises BasisIsRefused: when the law or a list wants something else.
    """
    workspace = db.session.get_one(Workspace, run.workspace_id)
    _check(workspace, answers)
    reopen(run)
    text_id = None
    if answers.wording:
        kind = WORDING
        if answers.basis == Basis.EXISTING_CUSTOMER:
            kind = grounds.SALE_NOTICE
        shown = ledger.shown(workspace, kind, answers.wording, workspace.locale)
        text_id = shown.id
    run.answers = replace(answers, text_id=text_id).kept()
    run.user_id = access.current_user_id() or run.user_id
    run.attested_at = clock.now()
    auditing.record(
        workspace, "import.attested", run, source=answers.source, basis=answers.basis
    )


def check(run: ImportRun) -> None:
    """Have the dry run made: nothing in the base changes.

    :raises AnswersAreMissing: before the questions are answered.
    """
    _refuse_unanswered(run)
    moves.move(run, Status.CHECKING)
    staging.forget(run)
    run.expected, run.trouble = {}, ""
    jobs.work.enqueue(run_id=run.id)


def start(run: ImportRun) -> None:
    """Take the file into the base.

    :raises AnswersAreMissing: before the questions are answered.
    """
    _refuse_unanswered(run)
    moves.move(run, Status.RUNNING)
    workspace = db.session.get_one(Workspace, run.workspace_id)
    known = {one.key for one in contacts.attributes(workspace)}
    for field in staging.planned_fields(run):
        if field.key not in known:
            kind = AttributeKind(field.kind)
            attributes.declare(workspace, field.name, kind, [])
    run.started_at = clock.now()
    auditing.record(workspace, "import.started", run, lines=run.total)
    jobs.work.enqueue(run_id=run.id)


def cancel(run: ImportRun) -> None:
    """Stop here; what was taken stays, until it is undone."""
    moves.move(run, Status.CANCELLED)
    run.finished_at = clock.now()
    workspace = db.session.get_one(Workspace, run.workspace_id)
    auditing.record(workspace, "import.cancelled", run, taken=run.taken)


def undo(run: ImportRun) -> None:
    """Take the whole import back, as far as that can be done."""
    moves.move(run, Status.UNDOING)
    run.undone, run.given_back = {}, 0
    run.undone_by = access.current_user_id()
    workspace = db.session.get_one(Workspace, run.workspace_id)
    auditing.record(workspace, "import.undone", run)
    jobs.work.enqueue(run_id=run.id)


def reopen(run: ImportRun) -> None:
    """Whatever is answered otherwise needs another dry run.

    :raises NotNow: once it has started.
    """
    if run.status not in moves.OPEN:
        raise moves.NotNow
    run.status = Status.DRAFT
    run.moved_at = clock.now()


def is_answered(run: ImportRun) -> bool:
    """Whether all is said that must be said before anything is imported."""
    answers = Answers.read(run.answers)
    told = answers.source and answers.collected_on and answers.basis
    return bool(told and run.attested_at)


def _refuse_unanswered(run: ImportRun) -> None:
    if not is_answered(run):
        raise AnswersAreMissing
    workspace = db.session.get_one(Workspace, run.workspace_id)
    mapping.check(Kind(run.kind), run.mapping, contacts.attributes(workspace))


def _check(workspace: Workspace, answers: Answers) -> None:
    for number in answers.lists:
        one = db.session.get(MailingList, number)
        if one is None or one.workspace_id != workspace.id or one.archived_at:
            raise BasisIsRefused(_l("There is no such list."), "lists")
    if answers.brings_consents:
        _check_basis(workspace, answers)


def _check_basis(workspace: Workspace, answers: Answers) -> None:
    asked = (
        select(Purpose)
        .join(MailingList, MailingList.purpose_id == Purpose.id)
        .where(MailingList.id.in_(answers.lists))
    )
    basis = Basis(answers.basis)
    for purpose in db.session.scalars(asked):
        if basis not in bases.accepted(purpose):
            raise BasisIsRefused(grounds.ListTakesConsentOnly.message)
    if basis is Basis.LEGITIMATE_INTEREST:
        if answers.sector not in tuple(grounds.Sector):
            raise BasisIsRefused(grounds.ProfessionIsMissing.message, "sector")
        return
    if not answers.wording:
        raise BasisIsRefused(
            _l("Write the exact words people read when they gave their address."),
            "wording",
        )
    if basis is Basis.EXISTING_CUSTOMER:
        _check_customers(answers)
    elif answers.is_of_a_third_party:
        _check_third_party(workspace, answers)


def _check_customers(answers: Answers) -> None:
    if answers.is_of_a_third_party:
        raise BasisIsRefused(grounds.SoldBySomebodyElse.message)
    if not answers.could_refuse:
        raise BasisIsRefused(grounds.CouldNotRefuse.message, "could_refuse")


def _check_third_party(workspace: Workspace, answers: Answers) -> None:
    """Who agreed to a partner agreed to us only where we were named (CNIL, SAN-2024-003)."""
    said = answers.wording.casefold()
    names = {workspace.name, workspace.legal_name} - {""}
    if not any(name.casefold() in said for name in names):
        raise BasisIsRefused(
            _l(
                "Whoever gave their address to somebody else must have agreed to you by "
                "name: these words do not name “%(name)s”.",
                name=workspace.name,
            ),
            "wording",
        )
    if not answers.proof:
        raise BasisIsRefused(
            _l("Add the proof that the supplier gave you: it is kept with the import."),
            "proof",
        )
