"""Hits in real processes: what was answered is in the database once, whatever dies."""

import http.client
import itertools
import threading

import psutil
import psycopg
import pytest
from sqlalchemy import make_url, select, text

from tests.factories import accounts, audience, campaigns
from tests.workers.brokers import free_port
from tests.workers.harness import wait_until
from webapp.campaigns import following
from webapp.core import clock
from webapp.core.db import db
from webapp.messages import addressing
from webapp.messages.mail_tokens import Kind
from webapp.messages.models import Hit

PEOPLE = 150
LINKS = 8
CLIENTS = 4
READER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"}


class Web:
    """A web process, and readers who follow links until it is gone."""

    def __init__(self, house):
        self.house, self.port = house, free_port()
        argv = ["granian", "webapp.wsgi:application", "--interface", "wsgi"]
        argv += ["--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        argv += ["--blocking-threads", "4", "--http", "1", "--log-level", "error"]
        self.process = house.begin(*argv)
        wait_until(self._answers, 60)

    def follow(self, hits, enough):
        """Have the readers follow; gives what was answered, once `enough(answered)` or all are."""
        waiting, answered = iter(hits), []
        lock = threading.Lock()

        def read():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            while not enough(len(answered)):
                with lock:
                    hit = next(waiting, None)
                if hit is None:
                    return
                try:
                    connection.request("GET", hit[0], headers=READER)
                    assert connection.getresponse().read() == b""
                except (OSError, http.client.HTTPException):
                    return
                answered.append(hit[1])

        readers = [threading.Thread(target=read) for _ in range(CLIENTS)]
        for reader in readers:
            reader.start()
        return answered, readers

    def kill(self):
        """The very process that answers, which sees nothing coming."""
        for child in psutil.Process(self.process.pid).children():
            child.kill()
        self.house.kill(self.process)

    def _answers(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            connection.request("GET", "/o/x")
            return connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False


@pytest.fixture
def hits(house):
    """(path, (message, link)) of all that can be followed, an hour after the messages left."""
    with house.app.app_context():
        workspace = accounts.workspace()
        mailing = audience.mailing_list(workspace)
        campaign = campaigns.campaign(workspace, mailing_list_id=mailing.id)
        shop = [f"https://shop.example/{number}" for number in range(LINKS)]
        links = following.store(campaign, shop)
        people = [
            audience.subscriber(workspace, mailing, clicks=True) for _ in range(PEOPLE)
        ]
        left = {"tracks_clicks": True, "finished_at": clock.ago(hours=1)}
        messages = [campaigns.message(campaign, one, **left).id for one in people]
        tokens = {
            message: addressing.tokens().sign(Kind.CLICK, message, campaign.id)
            for message in messages
        }
        db.session.commit()
    return [
        (f"/c/{tokens[message]}/{link}", (message, link))
        for link, message in itertools.product(links, messages)
    ]


def kept(house):
    with house.app.app_context():
        return db.session.execute(select(Hit.message_id, Hit.link_id)).all()


def taken_in(house, answered):
    wait_until(lambda: set(answered) <= {tuple(hit) for hit in kept(house)}, 60)
    return kept(house)


def test_what_a_killed_web_process_answered_is_kept_once(house, hits):
    house.begin_scheduler()
    house.begin_workers(processes=1)
    web = Web(house)
    # The first reader who sees two hundred answers kills it; the others are waiting for theirs.
    deed = iter([web.kill])

    def kill_it(count):
        if count >= 200:
            next(deed, int)()
        return False

    answered, readers = web.follow(hits, enough=kill_it)
    for reader in readers:
        reader.join(60)
    assert len(answered) >= 200
    found = taken_in(house, answered)
    assert len(found) == len(set(found))
    # Besides those, at most one of each reader: written down, and never answered.
    assert len(found) <= len(answered) + CLIENTS


def test_a_worker_killed_while_it_takes_hits_in_loses_and_doubles_none(house, hits):
    web = Web(house)
    url = make_url(house.settings.database_url).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as blocking:
        # Nothing is written while this is held: whoever takes hits in stands still half-way.
        blocking.execute("LOCK TABLE hit IN SHARE MODE")
        answered, readers = web.follow(hits, enough=lambda count: count >= 300)
        for reader in readers:
            reader.join(60)
        house.begin_scheduler()
        victim = house.begin_workers(processes=1)
        wait_until(lambda: _stand_still(house), 60)
        house.kill(victim)
        assert kept(house) == []
    house.begin_workers(processes=1)
    found = taken_in(house, answered)
    assert len(found) == len(set(found)) == len(answered)


def _stand_still(house):
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'RowExclusiveLock'"
    )
    with house.app.app_context():
        return db.session.scalar(waiting)
