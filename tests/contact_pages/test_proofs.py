"""What one person said, proven to others: complete, verifiable offline, and of nobody else."""

import io
import json
import re
import subprocess
import sys
import zipfile

import pytest
from sqlalchemy import select

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import purpose_of, says
from tests.factories.widgets import mailing_list as make_list
from tests.factories.widgets import widget as make_widget
from webapp.accounts.models import AuditEntry
from webapp.consent import checkpoints, evidence, signing, verifying_files
from webapp.consent.models import State
from webapp.consent.verifying import NotProven
from webapp.contact_pages import proofs
from webapp.core.db import db
from webapp.subscriptions import wording
from webapp.widgets.models import WidgetVersion


@pytest.fixture
def letter(workspace):
    return make_list(workspace)


@pytest.fixture
def version(workspace, letter):
    form = make_widget(workspace, letter, title="Restons en contact « é »")
    return db.session.scalars(
        select(WidgetVersion).where(WidgetVersion.widget_id == form.id)
    ).one()


@pytest.fixture
def anna(workspace, letter, version):
    """Anna said three things, among others, with checkpoints in between."""
    anna = make_contact(workspace, "anna@example.org")
    others = [make_contact(workspace, f"autre{n}@example.org") for n in range(3)]
    words = wording.shown_id(workspace, letter)
    for state in (State.PENDING, State.GIVEN, State.WITHDRAWN):
        says(others[0], purpose_of(letter), State.GIVEN)
        shown = {"text_id": words, "widget_version_id": version.id}
        says(anna, purpose_of(letter), state, **shown)
        says(others[1], purpose_of(letter), State.GIVEN)
        if state is State.PENDING:
            checkpoints.take(workspace)
    db.session.commit()
    return anna


@pytest.fixture
def bundle(workspace, anna, tmp_path):
    path = tmp_path / "proof.zip"
    path.write_bytes(proofs.bundle(workspace, anna))
    return path


def rewritten(path, name, change):
    """The bundle with one of its files changed."""
    with zipfile.ZipFile(path) as before:
        files = {each: before.read(each) for each in before.namelist()}
    files[name] = change(files[name])
    with zipfile.ZipFile(path, "w") as after:
        for each, content in files.items():
            after.writestr(each, content)
    return path


def edited(path, change):
    def edit(content):
        proof = json.loads(content)
        change(proof)
        return json.dumps(proof).encode()

    return rewritten(path, "proof.json", edit)


@pytest.mark.covers("consent-19")
def test_a_proof_is_verified_offline_by_the_file_that_comes_with_it(bundle):
    with zipfile.ZipFile(bundle) as opened:
        opened.extract("verifying.py", bundle.parent)
    done = subprocess.run(
        [sys.executable, "-P", "verifying.py", bundle.name, signing.public_key()],
        cwd=bundle.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "All 3 events are proven; evidence purged: 0." in done.stdout


@pytest.mark.covers("consent-14")
def test_the_form_and_the_words_are_those_that_were_shown_byte_for_byte(
    bundle, version, letter
):
    with zipfile.ZipFile(bundle) as opened:
        forms = [name for name in opened.namelist() if name.startswith("forms/")]
        texts = [name for name in opened.namelist() if name.startswith("texts/")]
        assert [opened.read(name) for name in forms] == [version.html.encode()]
        assert [opened.read(name) for name in texts] == [letter.purpose_text.encode()]


def test_nothing_of_others_is_in_it(bundle, anna):
    with zipfile.ZipFile(bundle) as opened:
        proof = json.loads(opened.read("proof.json"))
        everything = b"".join(opened.read(name) for name in opened.namelist())
    assert not re.search(rb"autre\d", everything)
    assert {event["row"]["contact"] for event in proof["events"]} == {anna.id}
    # What others said between stands there as digests alone, up to the checkpoints.
    assert [len(segment["digests"]) for segment in proof["segments"]] == [2, 5]


def test_forgotten_circumstances_are_purged_and_not_broken(workspace, anna, tmp_path):
    evidence.shred([anna.id])
    path = tmp_path / "proof.zip"
    path.write_bytes(proofs.bundle(workspace, anna))
    assert "evidence purged: 3" in verifying_files.check_file(path)


def drop(proof):
    proof["segments"].pop()


def backdate(proof):
    proof["events"][1]["row"]["at"] = "2020-01-01T00:00:00.000000Z"


def move(proof):
    proof["events"][0]["evidence"]["address"] = "other@example.org"


def of_another(proof):
    proof["contact"] += 1


def cut(proof):
    proof["segments"][1]["digests"].pop()


def empty(proof):
    proof["segments"][1]["digests"] = []


@pytest.mark.covers("consent-19")
@pytest.mark.parametrize("change", [drop, backdate, move, of_another, cut, empty])
def test_a_proof_somebody_edited_proves_nothing(bundle, change):
    with pytest.raises(NotProven):
        verifying_files.check_file(edited(bundle, change))


@pytest.mark.parametrize("folder", ["texts", "forms"])
def test_other_words_than_those_that_were_shown_are_refused(bundle, folder):
    with zipfile.ZipFile(bundle) as opened:
        name = next(each for each in opened.namelist() if each.startswith(folder))
    with pytest.raises(NotProven, match="did not show this"):
        verifying_files.check_file(
            rewritten(bundle, name, lambda content: content + b" ")
        )


def test_the_page_tells_each_event_and_leads_to_its_form(owner, anna, version):
    page = owner.get(f"/w/maison-tilleul/contacts/{anna.id}/consent").text
    assert page.count("Nouveautés") >= 3
    detail = owner.get(f"/w/maison-tilleul/contacts/{anna.id}/consent/5")
    assert "anna@example.org" in detail.text
    assert f"/contacts/{anna.id}/consent/5/form" in detail.text
    frame = owner.get(f"/w/maison-tilleul/contacts/{anna.id}/consent/5/form")
    assert version.html in frame.text
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "script" not in frame.headers["Content-Security-Policy"]


def test_what_somebody_else_said_is_not_shown_as_hers(owner, anna):
    assert (
        owner.get(f"/w/maison-tilleul/contacts/{anna.id}/consent/1").status_code == 404
    )
    form = f"/w/maison-tilleul/contacts/{anna.id}/consent/1/form"
    assert owner.get(form).status_code == 404


def test_taking_the_proof_is_logged(owner, anna):
    answer = owner.post(f"/w/maison-tilleul/contacts/{anna.id}/consent/proof")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as opened:
        assert "proof.json" in opened.namelist()
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "contact.proof_exported")
    ).one()
    assert entry.target_id == anna.id


def test_an_editor_sees_what_was_said_and_not_from_where(editor, anna):
    page = editor.get(f"/w/maison-tilleul/contacts/{anna.id}/consent")
    assert page.status_code == 200
    assert "consent/proof" not in page.text
    base = f"/w/maison-tilleul/contacts/{anna.id}/consent"
    assert editor.get(f"{base}/5").status_code == 403
    assert editor.post(f"{base}/proof").status_code == 403


def test_the_proof_of_another_workspace_is_not_found(stranger, anna):
    address = f"/w/ailleurs/contacts/{anna.id}/consent"
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/proof").status_code == 404
