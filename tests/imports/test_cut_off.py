"""Cut off anywhere: what is begun again ends as if nothing had happened."""

import signal
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from config.settings import ROOT, child_environment
from tests.factories import accounts, imports
from tests.factories import audience as make
from webapp.accounts.models import Workspace
from webapp.consent import projecting
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.imports import files, moves, retaining, uploading, working
from webapp.imports.models import ImportRow, ImportRun

PEOPLE = 60
TELLING = """
    SELECT lower(email), first_name, city, attributes::text,
        (SELECT count(*) FROM contact_record r WHERE r.contact_id = contact.id),
        (SELECT count(*) FROM consent_event e WHERE e.contact_id = contact.id),
        (SELECT string_agg(state, ',') FROM consent_state s WHERE s.contact_id = contact.id)
    FROM contact ORDER BY 1
"""


class Killed(Exception):
    """Stands for the end of the process, at this very statement."""


def content():
    lines = [f"p{n}@example.org;Anna{n};Lyon;{n}\n" for n in range(PEOPLE)]
    return "Email;Prénom;Ville;Pointure\n" + "".join(lines)


def furnished(workspace):
    letter = make.mailing_list(workspace)
    for number in range(0, PEOPLE, 7):
        make.contact(workspace, email=f"P{number}@example.org", first_name="", city="")
    run = imports.answered(workspace, content(), [letter])
    db.session.commit()
    return run.id


def told():
    db.session.rollback()
    rows = db.session.execute(db.text(TELLING)).all()
    suppressed = db.session.execute(
        db.text("SELECT count(*) FROM suppression")
    ).scalar_one()
    return rows, suppressed


def go_on(number, monkeypatch, fuses):
    """Work to the end, dying after as many statements as each fuse says."""
    for fuse in [*fuses, None]:
        if _burns(number, monkeypatch, fuse):
            return


def _burns(number, monkeypatch, fuse):
    left = [fuse]

    def count(*_arguments):
        if left[0] is not None:
            left[0] -= 1
            if left[0] < 0:
                raise Killed

    db.event.listen(db.engine, "before_cursor_execute", count)
    try:
        working.perform(number)
    except Killed:
        db.session.rollback()
        db.session.remove()
        return False
    finally:
        db.event.remove(db.engine, "before_cursor_execute", count)
    return True


@pytest.fixture
def small_steps(monkeypatch):
    for name in ("READ_AT_ONCE", "WEIGHED_AT_ONCE", "TAKEN_AT_ONCE"):
        monkeypatch.setattr(working, name, 17)


@examples(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.integers(0, 60), max_size=8), st.lists(st.integers(0, 90), max_size=8)
)
def test_an_import_that_dies_at_any_statement_ends_the_same(
    small_steps, app, empty, monkeypatch, in_the_check, in_the_run
):
    if not UNDISTURBED:
        UNDISTURBED.append(_whole_way(empty, monkeypatch, [], []))
    assert _whole_way(empty, monkeypatch, in_the_check, in_the_run) == UNDISTURBED[0]


# How it ends where nothing dies: the same for all examples.
UNDISTURBED = []


def _whole_way(empty, monkeypatch, in_the_check, in_the_run):
    db.session.remove()
    empty()
    number = furnished(accounts.workspace())
    for decide, fuses, status in (
        (imports.deciding.check, in_the_check, "checked"),
        (imports.deciding.start, in_the_run, "done"),
    ):
        decide(db.session.get(ImportRun, number))
        db.session.commit()
        go_on(number, monkeypatch, fuses)
        run = db.session.get(ImportRun, number, populate_existing=True)
        assert run.status == status
    workspace = db.session.get(Workspace, run.workspace_id)
    assert projecting.differences(workspace) == []
    return told(), run.expected, run.figures


PROCESS = """
import sys
from config import settings
from webapp.app import create_app
from webapp.imports import working

working.READ_AT_ONCE = working.WEIGHED_AT_ONCE = working.TAKEN_AT_ONCE = 40
app = create_app(settings.load())
print("ready", flush=True)
with app.app_context():
    working.perform(int(sys.argv[1]))
"""


def killed_after(seconds, number, loaded):
    """A process at work on the import, killed in the middle of it."""
    environment = child_environment(
        DATABASE_URL=loaded.database_url,
        VOLONTIERS_DATA=str(loaded.data_dir),
        SECRET_KEY=loaded.secret_key,
        BROKER_URL="stub://",
    )
    process = subprocess.Popen(
        [sys.executable, "-c", PROCESS, str(number)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)


def test_a_killed_process_loses_nothing_and_does_nothing_twice(workspace, settings):
    letter = make.mailing_list(workspace)
    lines = [f"p{n}@example.org;Anna{n}\n" for n in range(1500)]
    run = imports.answered(workspace, "Email;Prénom\n" + "".join(lines), [letter])
    imports.deciding.check(run)
    db.session.commit()
    killed_after(0.3, run.id, settings)
    run = imports.worked(run)
    imports.deciding.start(run)
    db.session.commit()
    killed_after(0.4, run.id, settings)
    run = imports.worked(run)
    assert run.status == "done"
    assert run.figures["new"] == run.expected["new"] == 1500
    counts = (
        "SELECT (SELECT count(*) FROM contact), (SELECT count(*) FROM contact_record)"
    )
    assert db.session.execute(db.text(counts)).one() == (1500, 1500)
    assert run.figures["done"]["consents"] == {str(letter.id): 1500}
    assert projecting.differences(workspace) == []


def test_what_stands_still_is_asked_for_again(workspace, app):
    run = imports.answered(workspace, content())
    imports.deciding.check(run)
    db.session.commit()
    app.extensions["broker"].flush_all()
    with clock.stopped(clock.now() + moves.STALLED * 2):
        retaining.rescue()
        db.session.commit()
    queue = app.extensions["broker"].queues["bulk"]
    assert queue.qsize() == 1


def test_a_file_goes_on_its_day_and_its_figures_stay(workspace):
    run = imports.done(imports.answered(workspace, content()))
    path = files.path_of(run)
    with clock.stopped(clock.now() + uploading.KEPT * 2):
        retaining.forget_old()
    assert not path.exists()
    assert db.session.query(ImportRow).count() == 0
    assert run.figures["new"] == PEOPLE
    assert db.session.query(Contact).count() == PEOPLE
