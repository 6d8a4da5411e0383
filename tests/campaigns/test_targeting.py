"""Whom the segments of a campaign let through: some of them in, some of them out."""

import pytest
from sqlalchemy import select

from tests.factories import audience
from tests.factories import sendings as make
from webapp.campaigns import audiences, composing, planning, targeting
from webapp.campaigns.models import Campaign, Status
from webapp.campaigns.targeting import (
    InAndOut,
    SegmentIsAwaited,
    Targets,
    TooManySegments,
)
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.segments import saving

CITIES = ("Brest", "Lyon", "Lyon", "Paris")


@pytest.fixture
def campaign(workspace):
    mailing = audience.mailing_list(workspace)
    for city, postcode in zip(CITIES, ("29200", "69001", "69002", ""), strict=True):
        audience.subscriber(workspace, mailing, city=city, postcode=postcode)
    made = make.campaign(workspace, mailing)
    db.session.flush()
    return made


@pytest.fixture
def segment(workspace):
    def make_one(value, subject="city"):
        rule = {"subject": subject, "operator": "equals", "value": value}
        rules = {"version": 1, "root": {"match": "all", "rules": [rule]}}
        return saving.create(workspace, value, rules)

    return make_one


def cities(campaign):
    """Where the people live that would get it now."""
    planning.start(campaign)
    return sorted(
        db.session.scalars(
            select(Contact.city)
            .join(Message, Message.contact_id == Contact.id)
            .where(Message.campaign_id == campaign.id)
        )
    )


def test_somebody_in_one_of_several_segments_gets_it(workspace, campaign, segment):
    some = [segment("Brest").id, segment("Lyon").id]
    targeting.choose(workspace, campaign, some, [])
    assert cities(campaign) == ["Brest", "Lyon", "Lyon"]


def test_somebody_in_two_segments_gets_it_once(workspace, campaign, segment):
    some = [segment("Lyon").id, segment("69001", "postcode").id]
    targeting.choose(workspace, campaign, some, [])
    assert cities(campaign) == ["Lyon", "Lyon"]


def test_whoever_is_in_an_excluded_segment_does_not_get_it(
    workspace, campaign, segment
):
    """Whoever has no postcode is in no segment about it, so nothing leaves them out."""
    out = [segment("69001", "postcode").id, segment("Brest").id]
    targeting.choose(workspace, campaign, [], out)
    assert cities(campaign) == ["Lyon", "Paris"]


def test_to_be_left_out_counts_more_than_to_be_in(workspace, campaign, segment):
    targeting.choose(
        workspace, campaign, [segment("Lyon").id], [segment("69001", "postcode").id]
    )
    assert audiences.measure(campaign).receiving == 1
    assert cities(campaign) == ["Lyon"]


def test_a_segment_cannot_be_in_and_out(workspace, campaign, segment):
    lyon = segment("Lyon").id
    with pytest.raises(InAndOut):
        targeting.choose(workspace, campaign, [lyon], [lyon])
    assert targeting.targets(campaign) == Targets()


def test_there_is_an_end_to_segments(workspace, campaign, segment, monkeypatch):
    monkeypatch.setattr(targeting, "MOST", 1)
    with pytest.raises(TooManySegments):
        targeting.choose(
            workspace, campaign, [segment("Lyon").id], [segment("Brest").id]
        )


def test_the_copy_of_a_campaign_goes_to_the_same_segments(workspace, campaign, segment):
    lyon, brest = segment("Lyon"), segment("Brest")
    targeting.choose(workspace, campaign, [lyon.id], [brest.id])
    copy = composing.duplicate(workspace, campaign)
    assert targeting.targets(copy) == Targets((lyon,), (brest,))


def test_other_segments_are_another_question(workspace, campaign, segment):
    """What was counted for some of them is not told of others."""
    lyon = segment("Lyon").id
    asked = [audiences.question(campaign)]
    targeting.choose(workspace, campaign, [lyon], [])
    asked.append(audiences.question(campaign))
    targeting.choose(workspace, campaign, [], [lyon])
    asked.append(audiences.question(campaign))
    assert len(set(map(repr, asked))) == 3


def test_a_segment_that_a_scheduled_campaign_leaves_out_stays(
    workspace, campaign, segment
):
    lyon = segment("Lyon")
    targeting.choose(workspace, campaign, [], [lyon.id])
    campaign.status, campaign.scheduled_at = Status.SCHEDULED, clock.ahead(days=1)
    with pytest.raises(SegmentIsAwaited):
        saving.delete(workspace, lyon)


@pytest.mark.parametrize("out", [True, False])
def test_a_draft_whose_segment_is_gone_goes_to_nobody_until_somebody_chooses(
    workspace, campaign, segment, out
):
    """It would go to people nobody meant."""
    lyon = [segment("Lyon")]
    ids = [one.id for one in lyon]
    targeting.choose(workspace, campaign, *([], ids) if out else (ids, []))
    saving.delete(workspace, lyon[0])
    db.session.expire_all()
    assert db.session.get_one(Campaign, campaign.id).mailing_list_id is None
    assert targeting.targets(campaign) == Targets()


def test_the_page_shows_what_was_chosen(workspace, campaign, segment, sign_in):
    from tests.factories import accounts

    lyon, brest = segment("Lyon"), segment("Brest")
    editor = sign_in(accounts.member(workspace, role="editor"))
    db.session.commit()
    page = f"/w/{workspace.slug}/campaigns/{campaign.id}/audience"
    chosen = {
        "mailing_list_id": campaign.mailing_list_id,
        "included": lyon.id,
        "excluded": [lyon.id, brest.id],
    }
    refused = editor.post(page, data=chosen)
    assert refused.status_code == 422
    assert "at the same time" in refused.text
    assert editor.post(page, data={**chosen, "excluded": brest.id}).status_code == 303
    shown = editor.get(page).text
    assert shown.count("checked") >= 2
    assert "City is" in shown
    sending = editor.get(f"/w/{workspace.slug}/campaigns/{campaign.id}/send").text
    assert "but nobody in: Brest" in sending
