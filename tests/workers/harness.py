"""An installation in real processes: workers and the scheduler, told by signals alone."""

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections import Counter

from sqlalchemy import select, text

from config.settings import ROOT, child_environment
from tests.workers import people
from webapp.app import create_app
from webapp.campaigns import claiming, planning
from webapp.campaigns.models import Campaign
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.messages.models import Message

LEASE_SECONDS = 3


class Installation:
    """The processes, the database and the sink of one story."""

    def __init__(self, settings, sink, directory, *, lease_seconds=LEASE_SECONDS):
        self.sink = sink
        self.lease_seconds = lease_seconds
        self.settings = dataclasses.replace(
            settings, smtp_url=sink.url, worker_processes=2, data_dir=directory
        )
        # As the web processes do, the test enqueues on the broker the workers listen to.
        self.app = create_app(self.settings)
        self._log = (directory / "log").open("wb")
        self.running = []

    def begin(self, *argv):
        """A process of the installation, in a group of its own."""
        process = subprocess.Popen(
            [sys.executable, "-m", *argv],
            cwd=ROOT,
            env=self._environment(),
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def begin_workers(self, processes=2, threads=2):
        """`dramatiq`, with so many processes of so many threads."""
        numbers = ["--processes", str(processes), "--threads", str(threads)]
        return self.begin("dramatiq", "tests.workers.quick:start", *numbers)

    def begin_scheduler(self):
        return self.begin("tests.workers.quick")

    def _environment(self):
        return child_environment(
            DATABASE_URL=self.settings.database_url,
            BROKER_URL=self.settings.broker_url,
            SECRET_KEY=self.settings.secret_key,
            BASE_URL=self.settings.base_url,
            SMTP_URL=self.settings.smtp_url,
            VOLONTIERS_DATA=str(self.settings.data_dir),
            WORKER_PROCESSES="2",
            LEASE_SECONDS=str(self.lease_seconds),
        )

    def empty_broker(self):
        """Every wake-up that is on its way is lost."""
        if self.settings.broker_url:
            self.app.extensions["broker"].flush_all()
            return
        with self.app.app_context():
            db.session.execute(text("DELETE FROM dramatiq.queue"))
            db.session.commit()

    def kill(self, process):
        """As the kernel does when memory runs out: no process of the group sees it coming."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def end(self, process, seconds=20):
        """Ask it to end and give its exit code."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        return process.wait(seconds)

    def close(self):
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        self._log.close()
        self.app.extensions["broker"].close()

    def campaign(self, count, **shop):
        """A campaign of a new shop to so many people, on its way."""
        with self.app.app_context():
            campaign, workspace = people.draft(count, **shop)
            planning.start(campaign)
            everybody = select(Contact.email).where(
                Contact.workspace_id == workspace.id
            )
            addresses = db.session.scalars(everybody.order_by(Contact.id)).all()
            number = campaign.id
            db.session.commit()
        return number, addresses

    def do(self, what, campaign_id):
        """what(campaign), as a web request would do it."""
        with self.app.app_context():
            what(db.session.get_one(Campaign, campaign_id))
            db.session.commit()

    def status(self, campaign_id):
        with self.app.app_context():
            return db.session.get_one(Campaign, campaign_id).status

    def trouble(self, campaign_id):
        with self.app.app_context():
            return db.session.get_one(Campaign, campaign_id).trouble

    def counts(self, campaign_id):
        """How many messages stand where."""
        with self.app.app_context():
            statuses = select(Message.status).where(Message.campaign_id == campaign_id)
            return Counter(db.session.scalars(statuses))

    def in_flight(self, campaign_id):
        """How many messages may be leaving at this moment."""
        with self.app.app_context():
            return claiming.in_flight([campaign_id])

    def wait_sent(self, campaign_id, seconds=60):
        wait_until(lambda: self.status(campaign_id) == "sent", seconds)


def wait_until(holds, seconds=30):
    """Wait for something to become true; fail when it does not."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def addresses(sink):
    """How often each person got something."""
    return Counter(address for address, _body in list(sink.accepted))
