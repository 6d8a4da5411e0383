"""Who sets a mail server right does not wait for what its old settings were answered."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import mail_servers
from webapp.deliverability.mail_servers import Terms
from webapp.deliverability.transports.smtp_server import Security
from webapp.lanes import adapting, offers
from webapp.lanes.models import WHOLE_SERVER, Lane

TERMS = Terms("smtp.example.com", 587, Security.STARTTLS, "anna", "secret")


@pytest.fixture
def server(workspace):
    """A server that let nobody in, and a provider that asked for less."""
    found = mail_servers.add(workspace, TERMS)
    offers.make(found.id, {WHOLE_SERVER, "google"})
    for lane in db.session.scalars(select(Lane)):
        adapting.close(lane, clock.now() + timedelta(hours=12))
    db.session.commit()
    return found


def _closed():
    db.session.flush()
    return set(
        db.session.scalars(select(Lane.provider).where(Lane.closed_until.is_not(None)))
    )


def test_new_settings_open_the_server_and_no_provider(workspace, server):
    mail_servers.change(workspace, server, TERMS)
    assert _closed() == {"google"}


def test_switching_on_opens_the_server_and_switching_off_does_not(workspace, server):
    mail_servers.switch(workspace, server, on=False)
    assert _closed() == {WHOLE_SERVER, "google"}
    mail_servers.switch(workspace, server, on=True)
    assert _closed() == {"google"}


def test_a_server_without_lanes_is_changed_all_the_same(workspace):
    found = mail_servers.add(workspace, TERMS)
    mail_servers.change(workspace, found, TERMS)
    assert _closed() == set()
