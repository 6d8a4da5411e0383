"""The pages of campaigns: who may do what, and what bad input does."""

import re

import pytest

from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.accounts.models import AuditEntry
from webapp.campaigns.models import Campaign, Status
from webapp.core.db import db
from webapp.messages.models import Kind, Message

BASE = "/w/maison-tilleul/campaigns"
PAGES = [
    "",
    "/edit",
    "/preview",
    "/checks",
    "/audience",
    "/send",
    "/progress",
    "/progress/live",
    "/report",
    "/report.csv",
]
ACTS = [
    "/edit",
    "/draft",
    "/test",
    "/audience",
    "/send",
    "/schedule",
    "/unschedule",
    "/pause",
    "/resume",
    "/cancel",
    "/resend-uncertain",
    "/duplicate",
    "/delete",
]


@pytest.fixture
def mailing(workspace):
    return make.mailing_list(workspace)


@pytest.fixture
def draft(workspace, mailing):
    made = make_campaigns.campaign(workspace, mailing_list_id=mailing.id)
    make.subscriber(workspace, mailing, first_name="Chloé", email="chloe@example.org")
    db.session.commit()
    return made


def words(**changes):
    return {
        "name": "Printemps",
        "subject": "Bonjour",
        "preheader": "",
        "sender_name": "Maison",
        "sender_email": "bonjour@maison-tilleul.example",
        "reply_to": "",
        "locale": "fr",
        "mjml": make_campaigns.MJML,
        **changes,
    }


def url(campaign, path=""):
    return f"{BASE}/{campaign.id}{path}"


@pytest.mark.parametrize("path", PAGES)
def test_another_workspace_s_campaign_is_not_there(stranger, draft, path):
    assert stranger.get(url(draft, path)).status_code == 404
    assert (
        stranger.get(url(draft, path).replace("maison-tilleul", "ailleurs")).status_code
        == 404
    )


@pytest.mark.parametrize("path", ACTS)
def test_nobody_acts_on_another_workspace_s_campaign(stranger, draft, path):
    assert (
        stranger.post(
            url(draft, path).replace("maison-tilleul", "ailleurs")
        ).status_code
        == 404
    )


@pytest.mark.parametrize("path", ACTS)
def test_who_may_only_look_changes_nothing(viewer, draft, path):
    assert viewer.post(url(draft, path), data=words()).status_code == 403
    assert db.session.get(Campaign, draft.id).status == Status.DRAFT


@pytest.mark.parametrize(
    "path", ["", "/edit", "/audience", "/send", "/preview", "/checks"]
)
def test_who_may_only_look_sees_the_pages_of_a_draft(viewer, draft, path):
    assert viewer.get(url(draft, path), follow_redirects=True).status_code == 200


def test_a_campaign_begins_from_a_starter_template(editor, workspace, mailing):
    db.session.commit()
    answer = editor.post(f"{BASE}/new", data={"starter": "offre"})
    campaign = db.session.query(Campaign).one()
    assert answer.status_code == 303
    assert "<mjml" in campaign.mjml
    assert campaign.sender_email == workspace.sender_email
    assert campaign.mailing_list_id == mailing.id


def test_the_gallery_shows_every_starter_template_without_a_problem(editor, workspace):
    page = editor.get(f"{BASE}/new").text
    sources = re.findall(r'<iframe src="([^"]+)"', page)
    assert len(sources) >= 5
    for source in sources:
        shown = editor.get(source)
        assert "<table" in shown.text
        assert "sandbox" in shown.headers["Content-Security-Policy"]


def test_the_list_finds_campaigns_by_stage_and_word(editor, workspace, draft):
    make_campaigns.campaign(
        workspace,
        name="Soldes",
        status=Status.SENT,
        mailing_list_id=draft.mailing_list_id,
    )
    db.session.commit()
    assert "Soldes" not in editor.get(f"{BASE}/?stage=draft").text
    assert "Printemps" not in editor.get(f"{BASE}/?q=sold").text
    assert "Soldes" in editor.get(f"{BASE}/?q=sold").text


def test_the_editor_keeps_what_is_written_and_shows_it(editor, draft):
    answer = editor.post(
        url(draft, "/draft"),
        data=words(subject="Pour {{ contact.first_name }}", reader="chloe@example.org"),
    )
    assert answer.json["errors"] == []
    shown = editor.get(answer.json["src"])
    assert "Bonjour Chloé" in shown.text
    assert db.session.get(Campaign, draft.id).subject == "Pour {{ contact.first_name }}"


def test_the_same_draft_posted_twice_changes_nothing_more(editor, draft):
    editor.post(url(draft, "/edit"), data=words())
    kept = db.session.get(Campaign, draft.id).updated_at
    assert editor.post(url(draft, "/edit"), data=words()).status_code == 303
    db.session.expire_all()
    assert db.session.get(Campaign, draft.id).updated_at == kept


def test_the_preview_is_a_page_that_runs_and_fetches_nothing(editor, draft):
    policy = editor.get(url(draft, "/preview")).headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy


def test_the_preview_has_a_text_part(editor, draft):
    page = editor.get(url(draft, "/preview?part=text&reader=chloe@example.org")).text
    assert "<pre>" in page
    assert "Bonjour Chloé" in page


def test_who_may_not_see_contacts_sees_no_contact_in_the_preview(viewer, draft):
    assert (
        "Chloé" not in viewer.get(url(draft, "/preview?reader=chloe@example.org")).text
    )


@pytest.mark.parametrize(
    ("mjml", "line", "word"),
    [
        (
            "<mjml><mj-body>\n<mj-section>\n</mj-body></mjml>",
            3,
            "last one that was opened",
        ),
        ("<mjml><mj-body>\n{% if contact.city %}\n</mj-body></mjml>", 2, "closed"),
        (
            "<mjml><mj-body><mj-section><mj-column>\n<mj-text>{{ contact.frist_name }}</mj-text></mj-column></mj-section></mj-body></mjml>",
            2,
            "contact.first_name",
        ),
        ("<mjml><mj-body>\n<mj-secton></mj-secton></mj-body></mjml>", 2, "mj-section"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_nothing_is_sent(
    editor, draft, mjml, line, word
):
    answer = editor.post(url(draft, "/draft"), data=words(mjml=mjml))
    assert any(error["line"] == line for error in answer.json["errors"]), answer.json
    assert word in str(answer.json["errors"])
    assert db.session.get(Campaign, draft.id).mjml == mjml
    editor.post(url(draft, "/send"))
    db.session.expire_all()
    assert db.session.get(Campaign, draft.id).status == Status.DRAFT
    assert db.session.query(Message).count() == 0
    assert editor.get(url(draft, "/preview")).status_code == 200
    assert editor.get(url(draft, "/checks")).status_code == 200


def test_what_an_editor_typed_is_never_markup_in_our_pages(editor, draft):
    mjml = "<mjml><mj-body><img-hostile/></mj-body></mjml>"
    editor.post(
        url(draft, "/draft"), data=words(mjml=mjml, subject="{{ contact['<b>x'] }}")
    )
    for path in ("/checks", "/send", "/preview"):
        page = editor.get(url(draft, path)).text
        assert "<img-hostile" not in page
        assert "<b>x" not in page
        assert "&lt;img-hostile" in page


def test_an_unknown_variable_in_the_subject_is_named(editor, draft):
    answer = editor.post(
        url(draft, "/draft"), data=words(subject="{{ contact.first_nam }}")
    )
    assert "contact.first_name" in str(answer.json["errors"])


def test_a_wrong_sender_s_address_is_said_and_loses_no_other_word(editor, draft):
    answer = editor.post(
        url(draft, "/edit"), data=words(subject="Nouveau", sender_email="nobody")
    )
    assert answer.status_code == 422
    assert "does not look like" in answer.text
    assert 'value="nobody"' in answer.text


def test_no_line_end_reaches_a_header(editor, draft):
    editor.post(
        url(draft, "/edit"), data=words(subject="Bonjour\r\nBcc: all@example.org")
    )
    assert db.session.get(Campaign, draft.id).subject == "Bonjour Bcc: all@example.org"


@pytest.mark.parametrize(
    "status",
    [Status.SCHEDULED, Status.SENDING, Status.PAUSED, Status.SENT, Status.CANCELLED],
)
def test_only_a_draft_can_be_changed_or_deleted(editor, draft, status):
    draft.status = status
    db.session.commit()
    assert (
        editor.post(url(draft, "/edit"), data=words(subject="Autre")).status_code == 409
    )
    assert (
        editor.post(url(draft, "/draft"), data=words(subject="Autre")).status_code
        == 422
    )
    assert (
        editor.post(
            url(draft, "/audience"), data={"mailing_list_id": draft.mailing_list_id}
        ).status_code
        == 409
    )
    assert editor.post(url(draft, "/delete")).status_code == 409
    db.session.expire_all()
    assert db.session.get(Campaign, draft.id).subject != "Autre"


def test_a_test_goes_to_the_addresses_typed_and_is_logged_without_them(editor, draft):
    editor.post(
        url(draft, "/test"),
        data={"to": "a@example.org, b@example.org", "reader": "chloe@example.org"},
    )
    messages = db.session.query(Message).all()
    assert {message.recipient for message in messages} == {
        "a@example.org",
        "b@example.org",
    }
    assert {message.kind for message in messages} == {Kind.TEST}
    said = messages[0].content["words"]
    assert said["subject"].startswith("[TEST] Le printemps, Chloé")
    assert "https://example.org/boutique" in said["html"]
    assert "/c/" not in said["html"]
    assert "/o/" not in said["html"]
    logged = db.session.query(AuditEntry).filter_by(action="campaign.tested").one()
    assert logged.detail == {"recipients": 2}


@pytest.mark.parametrize(
    "to",
    [
        "nobody",
        "a@x.fr " * 1 + "b@x.fr c@x.fr d@x.fr e@x.fr f@x.fr",
        "a@example.org\nb@@c",
    ],
)
def test_a_test_to_too_many_or_wrong_addresses_is_not_sent(editor, draft, to):
    assert editor.post(url(draft, "/test"), data={"to": to}).status_code == 303
    assert db.session.query(Message).count() == 0


def test_tests_are_counted_by_the_hour(editor, draft):
    for _ in range(11):
        editor.post(
            url(draft, "/test"), data={"to": "a@x.fr b@x.fr c@x.fr d@x.fr e@x.fr"}
        )
    assert db.session.query(Message).count() == 50


def test_a_copy_is_a_draft_of_its_own(editor, draft):
    draft.status = Status.SENT
    db.session.commit()
    editor.post(url(draft, "/duplicate"))
    copy = db.session.query(Campaign).filter(Campaign.id != draft.id).one()
    assert (copy.status, copy.mjml, copy.mailing_list_id) == (
        Status.DRAFT,
        draft.mjml,
        draft.mailing_list_id,
    )


def test_a_draft_can_be_thrown_away(editor, draft):
    assert editor.post(url(draft, "/delete")).status_code == 303
    assert db.session.query(Campaign).count() == 0
