"""A campaign whose processes are killed at random moments, and what became of each person."""

import dataclasses
import http.client
import itertools
import random
import re
import threading
import time
from collections import Counter
from urllib.parse import urlsplit

import psutil
from flask import session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, or_, select, update

from tests.factories import accounts
from tests.workers import people
from tests.workers.brokers import free_port
from tests.workers.harness import Installation, addresses, wait_until
from tests.workers.sink import Sink
from webapp.campaigns.models import Deliverer
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message

# One person of so many is refused by the server.
REFUSED_ONE_IN = 200
NO_MAILBOX = "550 5.1.1 No such user"
# Who is dead is said by the run, at once and exactly: no lease ends by the clock.
LEASE_SECONDS = 600
PATIENCE = 120


@dataclasses.dataclass(frozen=True)
class Plan:
    """How many people, on how many machines, with how many deaths; `seed` tells when."""

    people: int
    machines: int
    deaths: int
    seed: int


@dataclasses.dataclass(frozen=True)
class Tally:
    """What a run came to; in people, except `in_flight`: messages, at all deaths together."""

    plan: Plan
    statuses: Counter
    accepted: int
    in_flight: int
    # Accepted twice; neither accepted nor refused nor in doubt; and written down otherwise than
    # the server knows it.
    doubled: int
    missing: int
    wrong: int

    @property
    def uncertain(self):
        return self.statuses["uncertain"]

    @property
    def is_right(self):
        is_exact = (self.doubled, self.missing, self.wrong) == (0, 0, 0)
        return is_exact and self.uncertain <= self.in_flight


def run(settings, directory, plan):
    """Send a campaign while its processes die; gives the Tally."""
    with Sink(seconds=0.002, answer=_refuse_some) as sink:
        own = dataclasses.replace(settings, broker_url="")
        house = Installation(own, sink, directory, lease_seconds=LEASE_SECONDS)
        try:
            house.empty_broker()
            return _Run(house, plan).play()
        finally:
            house.close()


def _refuse_some(verb, what):
    number = re.match(r"person(\d+)@", what) if verb == "RCPT" else None
    is_refused = number and int(number[1]) % REFUSED_ONE_IN == 0
    return NO_MAILBOX if is_refused else None


class _Run:
    def __init__(self, house, plan):
        self.house, self.plan = house, plan
        self.random = random.Random(plan.seed)
        self.in_flight = 0
        self.port = free_port()
        with house.app.app_context():
            campaign, workspace = people.draft(plan.people)
            owner = accounts.member(workspace, role="owner")
            self.campaign = campaign.id
            self.path = f"/w/{workspace.slug}/campaigns/{campaign.id}/send"
            token = accounts.session_of(owner)
            db.session.commit()
        self.headers, self.form = self._signed_in(token)

    def play(self):
        self.scheduler = self.house.begin_scheduler()
        self.machines = [self._machine() for _ in range(self.plan.machines)]
        self.web = self._begin_web()
        self._start_though_the_web_dies()
        for moment, victim in zip(self._moments(), self._victims(), strict=True):
            wait_until(lambda at=moment: self._is_at(at), PATIENCE)
            time.sleep(self.random.uniform(0, 0.05))
            victim()
        self.house.wait_sent(self.campaign, PATIENCE)
        return self._tally()

    def _machine(self):
        return self.house.begin_workers(processes=2 // self.plan.machines)

    def _moments(self):
        """When somebody dies: after so many messages."""
        first, last = self.plan.people // 20, self.plan.people * 3 // 4
        return sorted(self.random.sample(range(first, last), self.plan.deaths))

    def _is_at(self, moment):
        return (
            len(self.house.sink.accepted) >= moment
            or self.house.status(self.campaign) != "sending"
        )

    def _victims(self):
        """Who dies, in which order: of four, two machines."""
        machine = self._kill_a_machine
        everybody = [machine, self._kill_the_scheduler, machine, self._kill_the_web]
        victims = list(itertools.islice(itertools.cycle(everybody), self.plan.deaths))
        self.random.shuffle(victims)
        return victims

    def _kill_the_scheduler(self):
        self.house.kill(self.scheduler)
        self.scheduler = self.house.begin_scheduler()

    def _kill_the_web(self):
        self.house.kill(self.web)
        self.web = self._begin_web()

    def _kill_a_machine(self):
        place = self.random.randrange(len(self.machines))
        group = self.machines[place]
        dead = [group.pid]
        dead += [one.pid for one in psutil.Process(group.pid).children(recursive=True)]
        self.house.kill(group)
        self.in_flight += self._in_flight_of(dead)
        self.machines[place] = self._machine()

    def _in_flight_of(self, dead):
        """How many messages these processes had in flight; their leases end with this."""
        theirs = or_(*(Deliverer.lease.contains(f":{pid}:") for pid in dead))
        ended = (
            update(Deliverer)
            .where(theirs)
            .values(until=clock.ago(seconds=1))
            .returning(func.cardinality(Deliverer.in_flight))
            .execution_options(synchronize_session=False)
        )
        with self.house.app.app_context():
            found = db.session.scalars(ended).all()
            db.session.commit()
        return sum(found)

    def _begin_web(self):
        argv = ["granian", "webapp.wsgi:application", "--interface", "wsgi"]
        argv += ["--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        argv += ["--blocking-threads", "2", "--http", "1", "--log-level", "error"]
        return self.house.begin(*argv)

    def _start_though_the_web_dies(self):
        """A person presses the button, the web process dies of it, she presses again."""
        wait_until(lambda: self._ask("GET") == 200, PATIENCE)
        pressing = threading.Thread(target=self._ask, args=["POST"])
        pressing.start()
        time.sleep(self.random.uniform(0, 0.3))
        self.house.kill(self.web)
        pressing.join()
        self.web = self._begin_web()
        wait_until(lambda: self._ask("POST") == 303, PATIENCE)
        assert self.house.status(self.campaign) != "draft"

    def _ask(self, method):
        """The status of an answer; None when there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            form = self.form if method == "POST" else None
            connection.request(method, self.path, form, self.headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _signed_in(self, token):
        """The header fields of the browser of somebody, and the form that she sends."""
        app = self.house.app
        with app.test_request_context():
            session.update(_user_id=token, _fresh=True)
            form = f"csrf_token={generate_csrf()}"
            signed = app.session_interface.get_signing_serializer(app)
            cookie = (
                f"{app.config['SESSION_COOKIE_NAME']}={signed.dumps(dict(session))}"
            )
        return {
            "Host": urlsplit(self.house.settings.base_url).netloc,
            "Cookie": cookie,
            "Content-Type": "application/x-www-form-urlencoded",
        }, form

    def _tally(self):
        got = addresses(self.house.sink)
        rows = select(Contact.email, Message.status).outerjoin(
            Message,
            (Message.contact_id == Contact.id) & (Message.campaign_id == self.campaign),
        )
        with self.house.app.app_context():
            found = db.session.execute(rows).all()
        return Tally(
            plan=self.plan,
            statuses=Counter(status for _email, status in found),
            accepted=sum(got[one.email] for one in found),
            in_flight=self.in_flight,
            doubled=sum(got[one.email] > 1 for one in found),
            missing=sum(
                not got[one.email] and one.status not in {"bounced", "uncertain"}
                for one in found
            ),
            wrong=sum(not _agrees(got[one.email], one.status) for one in found),
        )


def _agrees(times, status):
    """Whether what is written down of a person is what the server knows of her."""
    if status == "uncertain":
        return True
    return times == {"sent": 1, "bounced": 0}.get(status)
