"""The data-quality page: figures, the people behind them, and what mends them."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from tests.factories import audience as make
from webapp.accounts.models import AuditEntry
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.quality import asking, counting
from webapp.quality.models import Finding, UpdateRequest, UpdateRound

ROOT = "/w/maison-tilleul/quality"


@pytest.fixture
def counted(workspace, people):
    counting.count(workspace.id)
    db.session.rollback()
    return people


def log():
    return sorted(db.session.scalars(select(AuditEntry.action)))


def test_a_base_that_was_never_counted_is_counted_in_the_background(
    owner, workspace, worker
):
    make.contact(workspace)
    db.session.commit()
    assert "/ 100" not in owner.get(f"{ROOT}/").text
    owner.post(f"{ROOT}/count")
    assert "every 3s" in owner.get(f"{ROOT}/").text
    worker()
    page = owner.get(f"{ROOT}/").text
    assert "/ 100" in page
    assert "every 3s" not in page


def test_an_empty_base_says_what_will_be_here(owner, workspace, worker):
    owner.post(f"{ROOT}/count")
    worker()
    page = owner.get(f"{ROOT}/")
    assert page.status_code == 200
    assert "/ 100" not in page.text


def test_each_figure_leads_to_the_people_behind_it(owner, counted):
    page = owner.get(f"{ROOT}/").text
    for issue, person in (("mistyped", "slip"), ("phone", "phone"), ("place", "place")):
        assert f"{ROOT}/people/{issue}" in page
        behind = owner.get(f"{ROOT}/people/{issue}").text
        assert counted[person].email in behind
        assert counted["right"].email not in behind


def test_what_was_probably_meant_stands_beside(owner, counted):
    assert "slip@gmail.com" in owner.get(f"{ROOT}/people/mistyped").text
    assert "69003 Lyon" in owner.get(f"{ROOT}/people/place").text


@pytest.mark.parametrize(
    "issue",
    [
        "bounced",
        "unconfirmed",
        "dead_domain",
        "silent-24",
        "missing:phone",
        "old:phone",
    ],
)
def test_every_issue_has_its_people(owner, counted, issue):
    assert owner.get(f"{ROOT}/people/{issue}").status_code == 200


@pytest.mark.parametrize("issue", ["nothing", "silent-7", "missing:nothing", "old:x"])
def test_an_issue_that_is_none_is_not_found(owner, counted, issue):
    assert owner.get(f"{ROOT}/people/{issue}").status_code == 404


def test_a_stranger_finds_nothing(stranger, counted):
    assert stranger.get(f"{ROOT}/people/mistyped").status_code == 404


def test_a_viewer_sees_figures_and_nobody(viewer, counted):
    page = viewer.get(f"{ROOT}/")
    assert page.status_code == 200
    assert f"{ROOT}/people/" not in page.text
    assert viewer.get(f"{ROOT}/people/mistyped").status_code == 403
    assert viewer.post(f"{ROOT}/tidy").status_code == 403


def test_people_leave_as_a_file_and_the_log_says_so(owner, counted):
    counted["slip"].first_name = "=1+1"
    db.session.commit()
    file = owner.post(f"{ROOT}/people/mistyped/export")
    assert "slip@gmail.com" in file.text
    cells = [
        cell
        for row in csv.reader(io.StringIO(file.text), delimiter=";")
        for cell in row
    ]
    assert [cell for cell in cells if "1+1" in cell]
    assert not [cell for cell in cells if cell.startswith("=")]
    assert "quality.exported" in log()


def test_a_domain_that_is_right_is_not_doubted_again(owner, counted, workspace):
    owner.post(f"{ROOT}/trust", data={"domain": "gmial.com"})
    assert counted["slip"].email not in owner.get(f"{ROOT}/people/mistyped").text
    contact = db.session.get_one(Contact, counted["slip"].id)
    contact.last_name, contact.updated_at = "Autre", contact.updated_at
    db.session.commit()
    counting.count(workspace.id)
    assert counted["slip"].email not in owner.get(f"{ROOT}/people/mistyped").text


def test_values_are_put_into_form_and_can_be_taken_back(owner, counted, worker):
    owner.post(f"{ROOT}/tidy")
    worker()
    now = db.session.get_one(Contact, counted["form"].id)
    assert (now.phone, now.first_name) == ("+33612345678", "Anna")
    assert counted["form"].email not in owner.get(f"{ROOT}/people/untidy").text
    assert "quality.tidied" in log()


def test_asking_shows_whom_and_what_before_anything_leaves(owner, counted, mailing):
    page = owner.get(f"{ROOT}/ask?fields=birth_date&list={mailing.id}")
    assert page.status_code == 200
    assert re.search(r"<h2[^>]*>5 ", page.text)
    assert db.session.scalars(select(UpdateRequest)).all() == []


def test_people_are_asked_and_the_round_can_be_stopped(owner, counted, mailing):
    asked = {"fields": "birth_date", "list": mailing.id}
    assert owner.post(f"{ROOT}/ask", data=asked).status_code == 303
    asking.choose(db.session.scalar(select(UpdateRound.id)))
    db.session.commit()
    assert len(db.session.scalars(select(UpdateRequest)).all()) == 5
    assert "quality.asked" in log()
    [link] = {
        part.split('"')[0]
        for part in owner.get(f"{ROOT}/").text.split('action="')
        if part.split('"')[0].endswith("/stop")
    }
    assert owner.post(link).status_code == 303
    assert "quality.asking_stopped" in log()


@pytest.mark.parametrize("fields", ["", "email", "nothing", "birth_date,nothing"])
def test_a_field_that_people_cannot_fill_in_is_not_asked_for(
    owner, counted, mailing, fields
):
    owner.post(f"{ROOT}/ask", data={"fields": fields, "list": mailing.id})
    assert db.session.scalars(select(UpdateRequest)).all() == []


def test_nobody_of_a_dead_domain_is_written_to_any_more(
    owner, counted, worker, workspace
):
    person = counted["place"]
    db.session.add(
        Finding(workspace_id=workspace.id, doubt="dead_domain", contact_id=person.id)
    )
    db.session.commit()
    assert "stop-writing" in owner.get(f"{ROOT}/people/dead_domain").text
    owner.post(f"{ROOT}/stop-writing")
    worker()
    assert suppression.is_suppressed(workspace, person.email)
    assert not suppression.is_suppressed(workspace, counted["right"].email)
    assert "quality.stopped_writing" in log()


def test_a_place_that_is_proposed_is_taken_with_one_press(owner, counted):
    person = counted["place"]
    path = f"{ROOT}/people/place/{person.id}"
    assert path in owner.get(f"{ROOT}/people/place").text
    assert owner.post(path).status_code == 303
    assert db.session.get_one(Contact, person.id).city == "Lyon"
    assert person.email not in owner.get(f"{ROOT}/people/place").text
    assert owner.post(path).status_code == 409


def test_no_place_of_a_stranger_is_corrected(stranger, counted):
    answer = stranger.post(f"/w/ailleurs/quality/people/place/{counted['place'].id}")
    assert answer.status_code == 404
    assert db.session.get_one(Contact, counted["place"].id).city == "Lyonn"
