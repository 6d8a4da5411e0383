"""A campaign that waits for a person says so where they look, and writes to who answers for it."""

import email
from datetime import timedelta
from email import policy

import pytest

from tests.factories import accounts
from tests.factories import sendings as make
from webapp.campaigns import composing, planning
from webapp.campaigns.models import Status
from webapp.core import clock
from webapp.core.db import db


@pytest.fixture
def late(workspace):
    """A schedule that passed while nobody was there."""
    campaign, _people = make.campaign_for(workspace, 2)
    planning.schedule(campaign, clock.ahead(hours=1))
    db.session.commit()
    return campaign


@pytest.mark.covers("delivery-33")
def test_a_late_schedule_asks_by_mail_and_on_its_page_and_leaves_when_told(
    workspace, late, owner, outbox, worker
):
    boss = accounts.member(workspace, role="owner", locale="en")
    with clock.stopped(clock.ahead(hours=1) + planning.GRACE + timedelta(minutes=1)):
        planning.start_due()
        planning.start_due()
        worker()
        mine = [one for one in outbox.outbox if one.rcpt_to == boss.email]
        mail = email.message_from_bytes(mine[0].body, policy=policy.default)
        assert len(mine) == 1
        assert late.name in mail["subject"]
        text = mail.get_body(("plain",)).get_content()
        assert late.trouble in text.replace("\n", " ")
        path = f"/w/{workspace.slug}/campaigns/{late.id}"
        assert path in text
        page = owner.get(path, follow_redirects=True).text
        assert late.trouble in page
        outbox.outbox.clear()
        composing.send_now(late)
        worker()
    assert len(outbox.outbox) == 2
    assert (late.status, late.trouble) == (Status.SENT, "")


def test_a_schedule_that_is_not_ready_any_more_asks_as_well(workspace, late, worker):
    late.subject = ""
    with clock.stopped(clock.ahead(hours=1, minutes=1)):
        planning.start_due()
    assert late.status == Status.SCHEDULED
    assert late.trouble
