"""How long a confirmation waits that somebody asks for while a large campaign is sent.

`python -m tests.bench.waiting [people]`; loopback only. From the commit of the request to the
answer of the sink as the worker wrote it down, so a little more than the sink's own time.
"""

import os
import sys
import time

from sqlalchemy import select

from tests.bench import engine, smtp_client
from webapp.accounts.models import Workspace
from webapp.campaigns.models import Campaign
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages import posting
from webapp.messages.models import Kind, Message

COUNT = 100_000
PROCESSES = 2
# As an installation has them.
THREADS = "8"
REQUESTS = 60
EVERY_SECONDS = 0.25
PERCENTILES = (50, 95, 99)
TARGET = "5 s at the 95th percentile"
PATIENCE = 120
CONTENT = {
    "url": "https://news.shop.example/y/token",
    "block_url": "https://news.shop.example/y/token/no",
    "list_name": "Nouvelles",
    "days": 7,
}


def main(count=COUNT):
    """Print the percentiles of the wait."""
    print(f"{count} people, load average at the start {os.getloadavg()[0]:.1f}")
    with (
        smtp_client.sink() as port,
        engine.house(port, PROCESSES, WORKER_THREADS=THREADS) as made,
    ):
        number = made.campaign(count)
        with engine.at_work(made):
            engine.start(made, number)
            asked = _ask(made, number)
            waits = sorted(_waits(made, asked))
            passed = engine.sent(made, number)
    print(f"{len(asked)} confirmations while {passed} newsletters left")
    for percent in PERCENTILES:
        print(f"{percent}th percentile {_percentile(waits, percent):8.2f} s")
    print(f"longest          {waits[-1]:8.2f} s; target: {TARGET}")


def _ask(made, number):
    """Requests as long as the campaign is under way; when each was committed, by message."""
    asked = {}
    with made.app.app_context():
        campaign = db.session.get_one(Campaign, number)
        workspace = db.session.get_one(Workspace, campaign.workspace_id)
        people = db.session.scalars(select(Contact).limit(REQUESTS)).all()
        for person in people:
            time.sleep(EVERY_SECONDS)
            if engine.status(made, number) != "sending":
                break
            posted = posting.post(
                "confirmation",
                to=person,
                workspace=workspace,
                locale="fr",
                kind=Kind.CONFIRMATION,
                content=CONTENT,
            )
            message_id = posted.id
            db.session.commit()
            asked[message_id] = clock.now()
    return asked


def _waits(made, asked):
    """Seconds from each request to its acceptance."""
    accepted = select(Message.id, Message.finished_at).where(
        Message.id.in_(asked), Message.status == "sent"
    )
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with made.app.app_context():
            rows = db.session.execute(accepted).all()
        if len(rows) == len(asked) > 0:
            return [(at - asked[number]).total_seconds() for number, at in rows]
        time.sleep(0.2)
    raise SystemExit(f"{len(rows)} of {len(asked)} confirmations were accepted")


def _percentile(ordered, percent):
    """The smallest wait that so many of a hundred did not exceed."""
    return ordered[-(-len(ordered) * percent // 100) - 1]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
