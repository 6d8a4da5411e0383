"""The proofs of a whole list: one file, made in the background, that anybody verifies alone."""

import json
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import purpose_of, says
from tests.factories.widgets import mailing_list as make_list
from tests.factories.widgets import widget as make_widget
from webapp.accounts.models import AuditEntry
from webapp.consent import checkpoints, exporting, purposes, signing, verifying_files
from webapp.consent.models import ProofExport, State
from webapp.consent.verifying import NotProven
from webapp.contact_pages import jobs, list_proofs, proof_exports
from webapp.core import clock, draining
from webapp.core.db import db
from webapp.subscriptions import wording
from webapp.widgets.models import WidgetVersion

ON_IT = 7


@pytest.fixture
def letter(workspace):
    return make_list(workspace)


@pytest.fixture
def people(workspace, letter, monkeypatch):
    """Seven on the list, who signed up with a form; others beside; checkpoints in between."""
    monkeypatch.setattr(list_proofs, "AT_ONCE", 3)
    monkeypatch.setattr(exporting, "AT_ONCE", 4)
    stranger = make_contact(workspace, "dehors@example.org")
    other = make_list(workspace, name="Une autre")
    says(stranger, purpose_of(other), State.GIVEN)
    form = make_widget(workspace, letter, title="Restons en contact « é »")
    version = db.session.scalars(
        select(WidgetVersion).where(WidgetVersion.widget_id == form.id)
    ).one()
    words = wording.shown_id(workspace, letter)
    made = []
    for turn in range(ON_IT):
        person = make_contact(
            workspace, f"p{turn}@example.org", first_name=f"Anne{turn}"
        )
        shown = {"text_id": words, "widget_version_id": version.id}
        says(person, purpose_of(letter), State.PENDING, **shown)
        says(person, purpose_of(letter), State.GIVEN, "confirmation", text_id=words)
        says(stranger, purpose_of(letter), list(State)[turn % 4])
        made.append(person)
        if turn == 2:
            checkpoints.take(workspace)
    says(made[0], purposes.measuring(workspace).opens, State.GIVEN)
    says(made[1], purpose_of(other), State.GIVEN)
    says(stranger, purpose_of(letter), State.WITHDRAWN)
    db.session.commit()
    return made


@pytest.fixture
def folder(app):
    """Where the files lie, empty."""
    for path in proof_exports.folder().glob("*"):
        path.unlink()
    return proof_exports.folder()


def address(letter, rest=""):
    return f"/w/maison-tilleul/lists/{letter.id}/proofs{rest}"


@pytest.fixture
def bundle(workspace, letter, people, folder, worker):
    made = proof_exports.ask(
        workspace, letter, user_id=None, with_circumstances=True, locale="fr"
    )
    worker()
    return proof_exports.file_of(made.id)


def members(path):
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def rewritten(path, name, change):
    files = members(path)
    files[name] = change(files[name])
    with zipfile.ZipFile(path, "w") as after:
        for each, content in files.items():
            if content is not None:
                after.writestr(each, content)
    return path


def told(path):
    return [
        json.loads(line)
        for name, content in sorted(members(path).items())
        if name.endswith(".jsonl")
        for line in content.decode().splitlines()
    ]


@pytest.mark.covers("consent-19")
def test_it_is_verified_offline_by_the_one_file_that_comes_with_it(bundle, tmp_path):
    (tmp_path / "verifying.py").write_bytes(members(bundle)["verifying.py"])
    done = subprocess.run(
        [sys.executable, "-P", "verifying.py", str(bundle), signing.public_key()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "All 15 events of 7 people are proven." in done.stdout


def test_everybody_on_the_list_is_in_it_and_nobody_else(bundle, people):
    assert [one["contact"] for one in told(bundle)] == [one.id for one in people]
    everything = b"".join(members(bundle).values())
    assert b"p6@example.org" in everything
    assert b"dehors@example.org" not in everything


def test_the_forms_and_words_are_those_that_were_shown_and_pages_lead_to_them(
    bundle, letter, people
):
    files = members(bundle)
    version = db.session.query(WidgetVersion).one()
    assert files[f"forms/{version.id}.html"] == version.html.encode()
    words = [content for name, content in files.items() if name.startswith("texts/")]
    assert letter.purpose_text.encode() in words
    pages = [name for name in files if name.startswith("people/") and ".html" in name]
    assert len(pages) == 3
    for page in pages:
        assert page.encode() in files["index.html"]
        assert f"../forms/{version.id}.html".encode() in files[page]
    assert signing.public_key() in files["README.txt"].decode()


def test_it_speaks_the_language_of_who_asked(workspace, letter, people, folder, worker):
    for locale in ("en", "fr"):
        made = proof_exports.ask(
            workspace, letter, user_id=None, with_circumstances=True, locale=locale
        )
        worker()
        files = members(proof_exports.file_of(made.id))
        assert f'lang="{locale}"' in files["index.html"].decode()
        is_english = "How to verify" in files["README.txt"].decode()
        assert is_english == (locale == "en")


def drop_a_person(content):
    return b"".join(content.splitlines(keepends=True)[1:])


def of(change):
    def edit(content):
        lines = content.decode().splitlines()
        person = json.loads(lines[0])
        change(person)
        return "\n".join([json.dumps(person), *lines[1:]]).encode()

    return edit


def backdate(person):
    person["events"][0]["row"]["at"] = "2020-01-01T00:00:00.000000Z"


def move(person):
    person["events"][0]["evidence"]["address"] = "other@example.org"


def become_another(person):
    person["contact"] += 1


FAULTS = {
    "dropped": ("people/00002.jsonl", drop_a_person, "7 people are announced, 6"),
    "backdated": ("people/00001.jsonl", of(backdate), "does not say what it said"),
    "moved": ("people/00002.jsonl", of(move), "did not happen under these"),
    "another": ("people/00003.jsonl", of(become_another), "is about somebody else"),
    "chain": ("chain.txt", lambda lines: lines[65:], "does not lead to the checkpoint"),
    "chain-end": ("chain.txt", lambda lines: lines[:-65], "does not lead to the"),
    "flipped": (
        "chain.txt",
        lambda lines: (b"1" if lines[:1] == b"0" else b"0") + lines[1:],
        "does not lead to the checkpoint",
    ),
    "checkpoint": (
        "proofs.json",
        lambda told: told.replace(b'"size": ', b'"size": 1'),
        "the signature does not fit",
    ),
    "no-proof": ("proofs.json", lambda told: b"{}", "this cannot be read"),
}


@pytest.mark.covers("consent-19")
@pytest.mark.parametrize(("name", "change", "words"), FAULTS.values(), ids=FAULTS)
def test_a_bundle_somebody_edited_proves_nothing_and_the_fault_is_named(
    bundle, name, change, words
):
    with pytest.raises(NotProven, match=words):
        verifying_files.check_file(rewritten(bundle, name, change))


@pytest.mark.parametrize("folder_name", ["texts", "forms"])
def test_other_words_than_those_that_were_shown_are_refused(bundle, folder_name):
    name = next(each for each in members(bundle) if each.startswith(folder_name))
    with pytest.raises(NotProven, match="did not show this"):
        verifying_files.check_file(rewritten(bundle, name, lambda was: was + b" "))


def test_a_list_nobody_is_on_has_a_bundle_too(workspace, letter, folder, worker):
    made = proof_exports.ask(
        workspace, letter, user_id=None, with_circumstances=True, locale="fr"
    )
    worker()
    told = verifying_files.check_file(proof_exports.file_of(made.id))
    assert told == "All 0 events of 0 people are proven."


def test_an_owner_asks_leaves_finds_it_again_and_fetches_it(
    owner, letter, people, folder, worker
):
    page = owner.get(f"/w/maison-tilleul/lists/{letter.id}")
    assert f'href="{address(letter)}"' in page.text
    answer = owner.post(address(letter))
    assert (answer.status_code, answer.location) == (303, address(letter))
    assert owner.post(address(letter)).status_code == 303
    export = db.session.scalars(select(ProofExport)).one()
    assert "hx-get" in owner.get(address(letter, "/progress")).text
    assert owner.post(address(letter, f"/{export.id}")).status_code == 404
    worker()
    assert "hx-get" not in owner.get(address(letter, "/progress")).text
    assert address(letter, f"/{export.id}") in owner.get(address(letter)).text
    answer = owner.post(address(letter, f"/{export.id}"))
    assert answer.mimetype == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    actions = db.session.scalars(
        select(AuditEntry.action).order_by(AuditEntry.id)
    ).all()
    assert actions.count("proofs.asked") == 2
    assert actions.count("proofs.downloaded") == 1


def test_how_people_said_it_is_for_those_alone_who_may_see_that(
    owner, editor, viewer, letter, people, worker
):
    assert viewer.get(address(letter)).status_code == 403
    assert viewer.post(address(letter)).status_code == 403
    for browser in (editor, owner):
        browser.post(address(letter))
    worker()
    plain, full = db.session.scalars(select(ProofExport).order_by(ProofExport.id))
    assert (plain.with_circumstances, full.with_circumstances) == (False, True)
    assert editor.post(address(letter, f"/{plain.id}")).status_code == 200
    assert editor.post(address(letter, f"/{full.id}")).status_code == 403
    assert address(letter, f"/{full.id}") not in editor.get(address(letter)).text
    path = proof_exports.file_of(plain.id)
    assert all(e["evidence"] is None for one in told(path) for e in one["events"])
    assert {one["commitment_key"] for one in told(path)} == {None}
    assert "are proven" in verifying_files.check_file(path)


def test_the_proofs_of_another_workspace_are_not_found(
    stranger, letter, people, folder, worker, owner
):
    owner.post(address(letter))
    worker()
    export = db.session.scalars(select(ProofExport)).one()
    for rest in ("", "/progress"):
        path = address(letter, rest).replace("maison-tilleul", "ailleurs")
        assert stranger.get(path).status_code == 404
    path = f"/w/ailleurs/lists/{letter.id}/proofs/{export.id}"
    assert stranger.post(path).status_code == 404


def test_a_file_goes_on_its_day_with_its_row_and_what_nobody_knows_goes_too(
    bundle, folder, worker
):
    nobodys = folder / "999.zip"
    nobodys.write_bytes(b"")
    jobs.purge_exports.enqueue()
    worker()
    assert bundle.exists()
    assert not nobodys.exists()
    with clock.stopped(clock.now() + proof_exports.KEPT):
        jobs.purge_exports.enqueue()
        worker()
    assert not bundle.exists()
    assert db.session.scalars(select(ProofExport)).all() == []


def test_what_was_cut_off_is_made_anew(workspace, letter, people, folder, worker, app):
    made = proof_exports.ask(
        workspace, letter, user_id=None, with_circumstances=True, locale="fr"
    )
    db.session.commit()
    app.extensions["broker"].flush_all()
    draining.request()
    try:
        proof_exports.perform(made.id)
    finally:
        draining.withdraw()
    assert [path.name for path in folder.glob("*")] == []
    app.extensions["broker"].flush_all()
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        jobs.rescue_exports.enqueue()
        worker()
    assert "7 people" in verifying_files.check_file(proof_exports.file_of(made.id))
