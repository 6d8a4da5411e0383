"""Campaigns, confirmations and schedulers beside one another, in real processes."""

import pytest
from sqlalchemy import func, select

from tests.factories import accounts
from tests.workers import people
from tests.workers.harness import addresses, wait_until
from webapp.campaigns import planning
from webapp.core import clock
from webapp.core.db import db
from webapp.core.mail_templates import Words
from webapp.messages import posting
from webapp.messages.models import Kind, Message

CONFIRMATION = "zoe@example.org"


def _confirm(house):
    """Somebody signs up: a mail that is waited for."""
    with house.app.app_context():
        posting.post_written(
            Words("Confirmez", "Oui ?\n", "<p>Oui ?</p>"),
            to=CONFIRMATION,
            workspace=accounts.workspace(slug="autre"),
            kind=Kind.CONFIRMATION,
        )
        db.session.commit()


@pytest.mark.covers("delivery-31")
def test_neither_a_small_campaign_nor_a_confirmation_waits_behind_a_large_one(
    house, sink
):
    sink.seconds = 0.01
    house.begin_scheduler()
    house.begin_workers(threads=house.settings.worker_threads)
    large, _people = house.campaign(1500)
    wait_until(lambda: len(sink.accepted) >= 50)
    small, _others = house.campaign(200, slug="petite")
    _confirm(house)
    house.wait_sent(small)
    wait_until(lambda: CONFIRMATION in sink.recipients)
    # All of it while the large one goes on.
    assert house.status(large) == "sending"
    assert house.counts(large)["sent"] < 1500
    assert house.counts(small) == {"sent": 200}


@pytest.mark.covers("delivery-24")
def test_two_schedulers_at_once_start_a_campaign_once(house, sink):
    house.begin_workers()
    house.begin_scheduler()
    house.begin_scheduler()
    with house.app.app_context():
        campaign, _workspace = people.draft(300)
        planning.schedule(campaign, clock.ahead(seconds=2))
        number = campaign.id
        db.session.commit()
    house.wait_sent(number)
    assert len(addresses(sink)) == 300
    assert set(addresses(sink).values()) == {1}
    assert house.counts(number) == {"sent": 300}
    with house.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Message)) == 300
