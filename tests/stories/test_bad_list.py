"""A bought list: the campaign pauses by itself, its dead addresses are suppressed, a person decides."""

import pytest

from tests.factories import accounts, sendings
from webapp.campaigns import planning
from webapp.campaigns.models import Campaign, Status
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import Origin, SuppressionReason
from webapp.deliverability.transports import Result
from webapp.incoming import refusals
from webapp.reputation import counting, watching

UNKNOWN = {"enhanced": "5.1.1", "text": "5.1.1 Unknown user"}


@pytest.mark.covers("delivery-43")
def test_a_bought_list_is_stopped_and_cleaned(workspace, outbox, worker, sign_in):
    browser = sign_in(accounts.member(workspace, role="owner"))
    campaign, people = sendings.campaign_for(workspace, 120)
    dead = people[:20]
    for person in dead:
        outbox.answer(person.email, Result.REFUSED, **UNKNOWN)
    # Some are asked to wait, so that the campaign is still under way.
    for person in people[20:30]:
        outbox.answer(person.email, Result.DEFERRED, text="4.2.0 Later")
    planning.start(campaign)
    worker()

    refusals.take()
    db.session.commit()
    watching.watch()
    db.session.expire_all()

    page = f"/w/maison-tilleul/campaigns/{campaign.id}/progress"
    assert "20 adresses sur 110 n’existent pas" in browser.get(page).text
    assert db.session.get(Campaign, campaign.id).status == Status.PAUSED
    line = suppression.look_up(workspace, dead[0].email)
    assert (line.reason, line.origin, line.campaign_id) == (
        SuppressionReason.HARD_BOUNCE,
        Origin.REPORT,
        campaign.id,
    )

    counting.count(db.session.get(Campaign, campaign.id))
    db.session.commit()
    figures = browser.get("/w/maison-tilleul/deliverability/").text
    assert "Clean the list: 18.18 %" in figures
