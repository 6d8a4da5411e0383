"""Making a campaign public, and taking it back."""

import pytest

from tests.factories import campaigns as make
from tests.factories import widgets as make_widgets
from webapp.accounts.models import AuditEntry
from webapp.campaigns import archive
from webapp.campaigns.models import Campaign, Status
from webapp.core.db import db
from webapp.subscriptions import archives

HOME = "/w/maison-tilleul/campaigns"


@pytest.fixture
def letter(workspace):
    return make_widgets.mailing_list(workspace)


@pytest.fixture
def campaign(workspace, letter):
    made = make.campaign(workspace, mailing_list_id=letter.id)
    db.session.commit()
    return made


def press(browser, campaign, act):
    return browser.post(f"{HOME}/{campaign.id}/{act}")


def is_public(campaign):
    db.session.rollback()
    return db.session.get(Campaign, campaign.id).is_public


def test_no_campaign_is_public_by_itself_and_no_copy_of_one(owner, campaign):
    assert not campaign.is_public
    press(owner, campaign, "publish")
    owner.post(f"{HOME}/{campaign.id}/duplicate")
    copies = db.session.query(Campaign).filter(Campaign.id != campaign.id)
    assert [copy.is_public for copy in copies] == [False]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SENT])
def test_it_is_made_public_and_taken_back_before_and_after_it_was_sent(
    owner, campaign, status
):
    campaign.status = status
    db.session.commit()
    for act, expected in (("publish", True), ("publish", True), ("withdraw", False)):
        answer = press(owner, campaign, act)
        assert answer.status_code == 303
        assert is_public(campaign) is expected
    done = [
        entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)
    ]
    assert done == ["campaign.made_public", "campaign.made_private"]


def test_whoever_may_not_send_publishes_nothing(editor, viewer, campaign):
    assert press(viewer, campaign, "publish").status_code == 403
    assert not is_public(campaign)


def test_the_page_of_the_campaign_shows_where_everybody_can_read_it(
    owner, workspace, letter, campaign
):
    page = f"{HOME}/{campaign.id}/report?lang=en"
    campaign.status, campaign.is_public = Status.SENT, True
    db.session.commit()
    assert "its list has no public archive" in owner.get(page).text
    archives.set_open(workspace, letter, is_open=True, is_indexed=False)
    db.session.commit()
    where = f"/a/maison-tilleul/nouveautes/{campaign.id}"
    assert where in owner.get(page).text
    assert owner.get(where).status_code == 200


def test_a_draft_says_where_it_will_stand(owner, workspace, letter, campaign):
    archives.set_open(workspace, letter, is_open=True, is_indexed=False)
    press(owner, campaign, "publish")
    assert archive.address(campaign) == ""
    page = owner.get(f"{HOME}/{campaign.id}/send?lang=en").text
    assert "once it is sent" in page
