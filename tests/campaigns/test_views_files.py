"""The files beside the editor: who may add them, and what is said of those refused."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.accounts.models import AuditEntry
from webapp.campaigns import attachments, pictures
from webapp.campaigns.models import Attachment, Campaign, Picture, Status
from webapp.core.db import db

PDF = b"%PDF-1.7 hello"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def draft(workspace):
    mailing = make.mailing_list(workspace)
    made = make_campaigns.campaign(workspace, mailing_list_id=mailing.id)
    db.session.commit()
    return made


def url(campaign, path):
    return f"/w/maison-tilleul/campaigns/{campaign.id}{path}"


def png():
    into = io.BytesIO()
    Image.new("RGB", (30, 20), "green").save(into, "PNG")
    return into.getvalue()


def attach(browser, campaign, *files, **how):
    sent = [(io.BytesIO(content), name) for name, content in files]
    return browser.post(url(campaign, "/attachments"), data={"files": sent}, **how)


def add_picture(browser, campaign, content, name="tilleul.png", **how):
    data = {"file": (io.BytesIO(content), name), "description": "Un tilleul"}
    return browser.post(url(campaign, "/pictures"), data=data, **how)


def actions():
    return set(db.session.scalars(select(AuditEntry.action)))


def test_files_come_and_go_and_are_in_the_audit_log(editor, draft):
    assert attach(editor, draft, ("a.pdf", PDF), ("b.csv", b"1;2")).status_code == 303
    page = editor.get(url(draft, "/files")).text
    assert "a.pdf" in page
    assert "b.csv" in page
    kept = db.session.scalars(select(Attachment).order_by(Attachment.id)).first()
    editor.post(url(draft, f"/attachments/{kept.id}/remove"))
    assert [one.name for one in db.session.scalars(select(Attachment))] == ["b.csv"]
    assert {"campaign.attachment_added", "campaign.attachment_removed"} <= actions()


def test_what_is_refused_is_named_beside_what_was_taken(editor, draft):
    answer = attach(editor, draft, ("a.pdf", PDF), ("virus.exe", b"MZ"), headers=HTMX)
    assert answer.status_code == 200
    assert "virus.exe: " in answer.text
    assert 'role="alert"' in answer.text
    assert [one.name for one in db.session.scalars(select(Attachment))] == ["a.pdf"]


def test_without_javascript_the_next_page_says_why(editor, draft):
    attach(editor, draft, ("virus.exe", b"MZ"))
    assert "virus.exe: " in editor.get(url(draft, "/edit")).text


def test_a_file_just_too_large_is_refused_in_words(editor, draft):
    large = PDF + b"x" * attachments.LARGEST
    answer = attach(editor, draft, ("large.pdf", large), headers=HTMX)
    assert "large.pdf: " in answer.text


def test_a_picture_is_added_shown_inserted_and_removed(editor, draft):
    answer = add_picture(editor, draft, png(), headers=HTMX)
    (kept,) = db.session.scalars(select(Picture))
    assert f'src="/i/{kept.public_id}"' in answer.text
    assert 'alt="Un tilleul"' in answer.text
    assert "cid:" in answer.text
    assert editor.get(f"/i/{kept.public_id}").status_code == 200
    editor.post(url(draft, f"/pictures/{kept.id}/remove"))
    assert db.session.scalars(select(Picture)).all() == []
    assert {"picture.added", "picture.removed"} <= actions()


def test_a_picture_that_is_none_is_refused_in_words(editor, draft):
    answer = add_picture(editor, draft, b"<svg/>", "logo.svg", headers=HTMX)
    assert "SVG" in answer.text
    assert editor.post(url(draft, "/pictures")).status_code == 303


def test_a_picture_in_use_stays_and_says_so(editor, draft, workspace):
    kept = pictures.add(workspace, "x.png", png())
    draft.mjml = draft.mjml.replace("<mj-text>", pictures.snippet(kept) + "<mj-text>")
    db.session.commit()
    answer = editor.post(url(draft, f"/pictures/{kept.id}/remove"), headers=HTMX)
    assert 'role="alert"' in answer.text
    assert len(db.session.scalars(select(Picture)).all()) == 1


def test_who_may_only_look_sees_them_and_changes_nothing(viewer, draft, workspace):
    pictures.add(workspace, "x.png", png())
    db.session.commit()
    page = viewer.get(url(draft, "/files")).text
    assert "<form" not in page
    assert "data-insert" not in page
    assert attach(viewer, draft, ("a.pdf", PDF)).status_code == 403
    assert add_picture(viewer, draft, png()).status_code == 403


def test_what_was_sent_keeps_its_files(editor, draft):
    attach(editor, draft, ("a.pdf", PDF))
    campaign = db.session.get_one(Campaign, draft.id)
    campaign.status = Status.SENT
    db.session.commit()
    kept = db.session.scalars(select(Attachment)).one()
    answer = editor.post(url(draft, f"/attachments/{kept.id}/remove"))
    assert answer.status_code == 409
    assert "<form" not in editor.get(url(draft, "/files")).text


def test_a_heavy_message_is_told_on_the_page_and_among_the_checks(editor, draft):
    attach(editor, draft, ("a.pdf", PDF + b"x" * 600_000))
    assert "alert-warning" in editor.get(url(draft, "/files")).text
    assert "KB" in editor.get(url(draft, "/checks")).text
