"""Two imports at once, the same file twice as well: together they do what one after the other would."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.factories import audience as make
from tests.factories import imports
from webapp.consent import projecting
from webapp.core.db import db
from webapp.imports import working
from webapp.imports.models import ImportRun

COUNTS = """
    SELECT (SELECT count(*) FROM contact), (SELECT count(DISTINCT lower(email)) FROM contact),
        (SELECT count(*) FROM contact_record), (SELECT count(*) FROM consent_event)
"""


def file_of(people):
    lines = "".join(f"p{n}@example.org;Anna{n};Lyon\n" for n in people)
    return f"Email;Prénom;Ville\n{lines}"


@pytest.mark.parametrize("other", [range(300), range(299, -1, -1), range(150, 450)])
def test_two_imports_of_the_same_people_make_each_of_them_once(
    app, workspace, monkeypatch, other
):
    monkeypatch.setattr(working, "TAKEN_AT_ONCE", 37)
    letter = make.mailing_list(workspace)
    numbers = []
    for people in (range(300), other):
        run = imports.checked(imports.answered(workspace, file_of(people), [letter]))
        imports.deciding.start(run)
        numbers.append(run.id)
    db.session.commit()

    def work(number):
        with app.app_context():
            working.perform(number)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, numbers))
    db.session.expire_all()
    people = len(set(range(300)) | set(other))
    assert db.session.execute(db.text(COUNTS)).one() == (people,) * 4
    runs = [db.session.get(ImportRun, number) for number in numbers]
    assert [run.status for run in runs] == ["done", "done"]
    assert sum(run.figures.get("new", 0) for run in runs) == people
    assert projecting.differences(workspace) == []


def test_one_import_is_one_workers_however_many_are_asked(app, workspace, monkeypatch):
    monkeypatch.setattr(working, "TAKEN_AT_ONCE", 10)
    run = imports.checked(imports.answered(workspace, file_of(range(200))))
    imports.deciding.start(run)
    number = run.id
    db.session.commit()

    def work(_turn):
        with app.app_context():
            working.perform(number)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    working.perform(number)
    db.session.expire_all()
    run = db.session.get(ImportRun, number)
    assert (run.status, run.figures["new"]) == ("done", 200)
