"""The timetable: which job, how often; one leader in the whole installation."""

import logging
import signal
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from time import sleep
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import Connection, text

from config import logs, settings
from webapp.analytics import jobs as analytics
from webapp.app import create_app
from webapp.campaigns import jobs as campaigns
from webapp.consent import jobs as consent
from webapp.contact_pages import jobs as contact_pages
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.jobs import Job
from webapp.deliverability import jobs as deliverability
from webapp.duplicates import jobs as duplicates
from webapp.exports import jobs as exports
from webapp.imports import jobs as imports
from webapp.incoming import jobs as incoming
from webapp.lanes import jobs as lanes
from webapp.messages import jobs as messages
from webapp.purchases import jobs as purchases
from webapp.quality import jobs as quality
from webapp.reputation import jobs as reputation
from webapp.segments import jobs as segments
from webapp.subscriptions import jobs as subscriptions
from webapp.widgets import jobs as widgets

log = logging.getLogger(__name__)

# Whoever holds this advisory lock is the scheduler; the others wait to take over.
LEADER_LOCK = 0x766F6C6F
TICK = 1.0


@dataclass(frozen=True)
class Every:
    """A job that comes again after so many seconds."""

    seconds: int
    job: Job

    def next_after(self, moment: datetime) -> datetime:
        """When it is due again."""
        return moment + timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class Daily:
    """A job that comes once a day, at an hour of Paris."""

    at: time
    job: Job

    def next_after(self, moment: datetime) -> datetime:
        """When it is due again."""
        local = moment.astimezone(ZoneInfo("Europe/Paris"))
        due = datetime.combine(local.date(), self.at, local.tzinfo)
        return (
            due
            if due > local
            else datetime.combine(
                local.date() + timedelta(days=1), self.at, local.tzinfo
            )
        )


TIMETABLE: list[Every | Daily] = [
    Every(seconds=5, job=messages.rescue_unsent),
    Every(seconds=2, job=messages.ingest_hits),
    Every(seconds=300, job=messages.take_last_opens),
    Daily(at=time(2, 40), job=analytics.retire_hits),
    Daily(at=time(4, 40), job=analytics.tend_months),
    Every(seconds=5, job=campaigns.wake),
    Every(seconds=15, job=campaigns.start_due),
    Every(seconds=60, job=incoming.process_waiting),
    Every(seconds=20, job=incoming.take_refusals),
    Every(seconds=120, job=incoming.collect_all),
    Every(seconds=600, job=incoming.confirm_topics),
    Every(seconds=3600, job=incoming.forget_words),
    Every(seconds=60, job=quality.ask),
    Every(seconds=300, job=quality.look_around),
    Every(seconds=600, job=quality.check_domains),
    Every(seconds=600, job=quality.rescue),
    Daily(at=time(5, 40), job=quality.count_everywhere),
    Every(seconds=30, job=reputation.watch),
    Every(seconds=300, job=reputation.count_now),
    Every(seconds=3600, job=reputation.count_lately),
    Every(seconds=300, job=reputation.tell_owners),
    Every(seconds=20, job=segments.take_changes),
    Every(seconds=300, job=segments.look),
    Daily(at=time(4, 0), job=segments.mark_all),
    Daily(at=time(4, 50), job=segments.forget),
    Every(seconds=600, job=subscriptions.remind_unconfirmed),
    Every(seconds=5, job=widgets.take_overdue),
    Every(seconds=3600, job=widgets.forget_attempts),
    Every(seconds=600, job=lanes.look_up_domains),
    Every(seconds=900, job=consent.timestamp_checkpoints),
    Daily(at=time(3, 20), job=consent.take_checkpoints),
    Daily(at=time(3, 30), job=consent.purge_evidence),
    Daily(at=time(4, 10), job=consent.verify_ledgers),
    Every(seconds=300, job=consent.rescue_verifications),
    Every(seconds=300, job=contact_pages.rescue_exports),
    Every(seconds=300, job=deliverability.rescue_suppression_imports),
    Every(seconds=60, job=imports.rescue),
    Daily(at=time(3, 40), job=imports.retain),
    Every(seconds=300, job=exports.rescue),
    Every(seconds=600, job=exports.purge),
    Daily(at=time(3, 50), job=contact_pages.purge_exports),
    Daily(at=time(4, 20), job=incoming.purge),
    Every(seconds=3, job=purchases.refresh),
    Daily(at=time(2, 10), job=purchases.rebuild_all),
    Daily(at=time(2, 5), job=purchases.retire_events),
    Daily(at=time(3, 40), job=subscriptions.purge_unconfirmed),
    Daily(at=time(5, 10), job=deliverability.check_domains),
    Daily(at=time(1, 30), job=duplicates.find_nightly),
    Every(seconds=300, job=duplicates.rescue),
    Daily(at=time(4, 20), job=duplicates.let_go),
]


class Scheduler:
    """Ticks once a second and sends what is due, as long as it is the leader."""

    def __init__(self, app: Flask, timetable: list[Every | Daily]) -> None:
        """Everything is due at the start: what was missed while down is caught up."""
        self.app = app
        self.timetable = timetable
        self.due = [clock.now()] * len(timetable)
        # A plain flag: an Event set by a signal handler could deadlock with who waits on it.
        self.stopping = False

    def run(self) -> None:
        """Tick until told to stop; a database that goes away is waited for."""
        while not self.stopping:
            try:
                self._lead()
            except Exception:
                log.exception("The scheduler lost the database; it tries again")
            sleep(TICK)

    def stop(self) -> None:
        """End after the present tick."""
        self.stopping = True

    def tick(self) -> list[Job]:
        """Send the jobs that are due and say which."""
        moment = clock.now()
        sent = []
        with self.app.app_context(), transaction():
            for place, line in enumerate(self.timetable):
                # A clock that was set back must not silence the whole installation.
                self.due[place] = min(self.due[place], line.next_after(moment))
                if self.due[place] <= moment:
                    line.job.enqueue()
                    self.due[place] = line.next_after(moment)
                    sent.append(line.job)
        return sent

    def _lead(self) -> None:
        with self.app.app_context():
            engine = db.engine
        with engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            while not self.stopping:
                if _is_leader(connection):
                    self.tick()
                sleep(TICK)


def _is_leader(connection: Connection) -> bool:
    """Take the lock or find that this very connection holds it; raises when the connection is gone."""
    held = connection.scalar(
        text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock"
            " AND pid = pg_backend_pid()"
        ),
        {"lock": LEADER_LOCK},
    )
    if held:
        return True
    return bool(
        connection.scalar(
            text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LEADER_LOCK}
        )
    )


def main() -> None:
    """Run the scheduler of this installation until SIGTERM."""
    loaded = settings.load()
    logs.init(loaded)
    scheduler = Scheduler(create_app(loaded), TIMETABLE)
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: scheduler.stop())
    scheduler.run()


if __name__ == "__main__":
    main()
