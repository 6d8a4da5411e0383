"""Files on their way into a workspace, as far as a test wants them to be."""

import io
from datetime import date

from webapp.core import clock
from webapp.core.db import db
from webapp.imports import deciding, uploading, working
from webapp.imports.answers import Answers
from webapp.imports.models import ImportRun

WORDING = "Je veux recevoir la lettre de la Maison Tilleul."


def uploaded(workspace, content, name="clients.csv", user_id=None):
    """The import of a file that was just chosen."""
    if isinstance(content, str):
        content = content.encode()
    run = uploading.take(workspace, name, io.BytesIO(content), user_id)[0]
    db.session.flush()
    return run


def answered(workspace, content, lists=(), name="clients.csv", **answers):
    """The same, with the questions answered."""
    run = uploaded(workspace, content, name)
    values = {
        "source": "site",
        "collected_on": date(2026, 9, 1),
        "basis": "consent" if lists else "none",
        "wording": WORDING if lists else "",
        "lists": [one.id for one in lists],
        "file_status": run.answers["file_status"],
        **answers,
    }
    run.attested_at = clock.now()
    deciding.answer(run, Answers(**values))
    return run


def checked(run):
    """After its dry run."""
    deciding.check(run)
    return worked(run)


def done(run):
    """After its dry run and its run."""
    if run.status == "draft":
        checked(run)
    deciding.start(run)
    return worked(run)


def undone(run):
    """Taken back."""
    deciding.undo(run)
    return worked(run)


def worked(run):
    """What its worker does, to the end."""
    number = run.id
    db.session.commit()
    working.perform(number)
    db.session.expire_all()
    return db.session.get(ImportRun, number)
