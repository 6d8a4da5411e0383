"""A campaign while it is a draft."""

import pytest

from tests.factories import accounts as make_accounts
from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.campaigns import composing, planning, previewing
from webapp.campaigns.models import Status
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.messages.starters import starters
from webapp.segments.models import Segment


@pytest.fixture
def draft(workspace):
    return make_campaigns.campaign(workspace)


@pytest.mark.parametrize("key", [one.key for one in starters()])
def test_each_starter_template_makes_a_draft_without_an_error(workspace, key):
    make.mailing_list(workspace)
    campaign = composing.create(workspace, key, "fr")
    assert previewing.can_be_shown(previewing.Draft(workspace, campaign))
    assert "<table" in previewing.seen_by(workspace, campaign, None).html


def test_an_unknown_starter_gives_the_first_one(workspace):
    assert (
        composing.create(workspace, "../../etc/passwd", "fr").mjml
        == starters()[0].source
    )


def test_the_segment_of_another_workspace_cannot_be_chosen(workspace, draft):
    elsewhere = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    theirs = Segment(workspace_id=elsewhere.id, name="x", rules={})
    db.session.add(theirs)
    db.session.flush()
    with pytest.raises(NotFound):
        composing.choose_audience(
            workspace,
            draft,
            list_id=draft.mailing_list_id,
            included=[theirs.id],
            measures={},
        )


def test_what_is_refused_at_the_start_leaves_the_draft_a_draft(workspace, draft):
    with pytest.raises(planning.AudienceIsEmpty):
        composing.send_now(draft)
    assert draft.status == Status.DRAFT


def test_a_long_name_is_cut_in_its_copy(workspace, draft):
    draft.name = "é" * 120
    assert len(composing.duplicate(workspace, draft).name) == 120


def test_the_preview_and_the_test_carry_no_link_that_changes_a_consent(
    workspace, draft
):
    person = make.contact(workspace)
    seen = previewing.seen_by(workspace, draft, person)
    from webapp.messages import addressing
    from webapp.messages.mail_tokens import Kind

    for part in (seen.html, seen.text):
        for token in (
            word for word in part.replace('"', " ").replace(">", " ").split("/u/")[1:]
        ):
            ids = addressing.tokens().read(token.split()[0], Kind.UNSUBSCRIBE)
            assert ids[1] == 0


def test_the_checks_name_what_is_missing_and_what_is_good(workspace, draft):
    draft.subject = ""
    said = [
        (check.tone, str(check.text))
        for check in previewing.Draft(workspace, draft).checks()
    ]
    assert said[0][0] == "danger"
    assert any(tone == "success" for tone, _text in said)
