"""Every interactive page with a million contacts, and the start of a campaign to most of them.

`python -m tests.bench.million`; two minutes, 5 GB of disk. With `--explain` it shows the plan
of each statement that took long.
"""

import os
import resource
import statistics
import sys
import time
from dataclasses import dataclass, field

from sqlalchemy import text

from tests.bench import crowd, installation
from tests.bench.watching import Watched
from tests.factories import accounts
from webapp.campaigns import asking, claiming, deliverers, finishing, planning
from webapp.campaigns.models import Campaign
from webapp.consent import gate
from webapp.core.db import db
from webapp.core.limits import limiter
from webapp.messages import addressing, queries

PEOPLE = 1_000_000
# The other pages of one contact.
CONTACT_TABS = (
    *("timeline", "purchases", "consent", "segments", "messages", "notes", "changes"),
    "edit",
)
ROUNDS = 5


def main():
    """Print what each page takes, and which of them read a whole big table."""
    print(f"load average at the start {os.getloadavg()[0]:.1f}")
    with installation.house() as house:
        start = time.perf_counter()
        with house.app.test_request_context():
            made = crowd.build(PEOPLE)
            crowd.tidy()
            addresses, draft = Addresses.of(made), made.draft.id
        print(f"{PEOPLE} contacts made in {time.perf_counter() - start:.0f} s")
        house.app.config["WTF_CSRF_ENABLED"] = False
        limiter.enabled = False
        pages(house.app, addresses)
        with house.app.app_context():
            sending(draft)


@dataclass
class Addresses:
    """Where the pages are, by name: GET, or POST with a form."""

    owner: int
    get: dict[str, str] = field(default_factory=dict)
    post: dict[str, tuple] = field(default_factory=dict)

    @classmethod
    def of(cls, made):
        """Those of the workspace that was made."""
        base = f"/w/{made.workspace.slug}"
        contact = db.session.scalar(text("SELECT max(id) / 2 FROM contact"))
        sent, draft = made.sent[0].id, made.draft.id
        ours = {"workspace": made.workspace.id}
        urls, root = addressing.urls(), len(addressing.urls().base_url)
        leaving = [
            urls.unsubscribe(
                **ours, contact=contact + n, list_id=made.lists[0].id, message=1
            )[root:]
            for n in range(ROUNDS + 1)
        ]
        rule = made.segment.rules["root"]["rules"]
        builder = {"0.match": "all"} | {
            f"0.{n}.{name}": value
            for n, one in enumerate(rule)
            for name, value in one.items()
        }
        return cls(
            made.owner.id,
            {
                "home": f"{base}/",
                "contacts": f"{base}/contacts/",
                "contacts, an older page": f"{base}/contacts/?before={contact}",
                "contacts of a list": f"{base}/contacts/?list={made.lists[0].id}",
                "contacts of a small list": f"{base}/contacts/?list={made.lists[2].id}",
                "search: a rare name": f"{base}/contacts/?q=douillard-113",
                "search: a frequent name": f"{base}/contacts/?q=martin",
                "search: two words": f"{base}/contacts/?q=camille+martin",
                "search: two words nobody has": f"{base}/contacts/?q=camille+zorro",
                "search: an address": f"{base}/contacts/?q=mail77.example",
                "search: a frequent host": f"{base}/contacts/?q=gmail",
                "search: one letter": f"{base}/contacts/?q=c",
                "search: nobody": f"{base}/contacts/?q=qqqqqq",
                "search within a list": f"{base}/contacts/?q=jarry&list={made.lists[2].id}",
                "a contact": f"{base}/contacts/{contact}",
                **{
                    f"a contact: {tab}": f"{base}/contacts/{contact}/{tab}"
                    for tab in CONTACT_TABS
                },
                "suppressed addresses": f"{base}/contacts/suppressed",
                "lists": f"{base}/lists/",
                "a list": f"{base}/lists/{made.lists[0].id}",
                "a list, who left": f"{base}/lists/{made.lists[0].id}?state=withdrawn",
                "segments": f"{base}/segments/",
                "a segment": f"{base}/segments/{made.segment.id}",
                "a segment, counted": f"{base}/segments/{made.segment.id}?count=now",
                "segments, remembered": f"{base}/segments/",
                "campaigns": f"{base}/campaigns/",
                "a draft's audience": f"{base}/campaigns/{draft}/audience",
                "a draft, before it leaves": f"{base}/campaigns/{draft}/send",
                "a draft's audience, counted": f"{base}/campaigns/{draft}/audience?count=now",
                "a draft, counted, before it leaves": f"{base}/campaigns/{draft}/send",
                **{
                    f"left out: {reason}": f"{base}/campaigns/{draft}/audience/{reason}"
                    for reason in gate.Reason
                    if reason not in asking.REASONS
                },
                "left out: a name": f"{base}/campaigns/{draft}/audience/withdrawn?q=martin",
                "a draft's editor": f"{base}/campaigns/{draft}/edit",
                "a campaign's progress": f"{base}/campaigns/{sent}/progress",
                "a campaign's report": f"{base}/campaigns/{sent}/report",
                "a campaign's report, counted": f"{base}/campaigns/{sent}/report?count=now",
                "a campaign's report, remembered": f"{base}/campaigns/{sent}/report",
                "widgets": f"{base}/widgets/",
                "a widget": f"{base}/widgets/{made.widget.id}",
                "audit log": f"{base}/settings/audit-log",
                "a person's preferences": urls.preferences(**ours, contact=contact)[
                    root:
                ],
                "metrics": "/metrics",
            },
            {
                "a segment being built, counted": (
                    [f"{base}/segments/count"] * (ROUNDS + 1),
                    builder,
                ),
                "one-click unsubscription": (
                    leaving,
                    {"List-Unsubscribe": "One-Click"},
                ),
                "sign-up by a widget": (
                    [f"/f/{made.widget.public_id}"] * (ROUNDS + 1),
                    {"email": "new@example.org"},
                ),
            },
        )


def pages(app, addresses):
    """Print the median of each page and the big tables it reads from end to end."""
    with app.app_context():
        browser, engine = _signed_in(app, addresses.owner), db.engine
    print(f"\n{'page':36}{'ms':>7}{'statements':>12}  reads whole tables")
    for name, address in addresses.get.items():
        _page(engine, name, [lambda place=address: browser.get(place)] * (ROUNDS + 1))
    for name, (places, form) in addresses.post.items():
        forms = [
            {**form, "email": f"new{time.time_ns() + n}@example.org"}
            if "email" in form
            else form
            for n in range(ROUNDS + 1)
        ]
        _page(
            engine,
            name,
            [
                lambda place=place, data=data: browser.post(place, data=data)
                for place, data in zip(places, forms, strict=True)
            ],
        )


def sending(campaign_id):
    """Print what it takes to freeze an audience, and to claim from it while it is full."""
    campaign = db.session.get_one(Campaign, campaign_id)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"\n{'a campaign to most of them':36}{'ms':>7}{'statements':>12}")
    _step("start: audience frozen", lambda: planning.start(campaign), db.session.commit)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"  memory it took in the process: {(after - before) / 1024:.0f} MB")
    posts = []
    for n in range(2):
        _step(
            f"a place at it, number {n + 1}",
            lambda n=n: posts.append(deliverers.take(f"bench:{n}")),
            db.session.commit,
        )
        _step(
            f"500 put in flight, number {n + 1}",
            lambda n=n: claiming.mark(
                posts[n].lease, campaign_id, posts[n].provider, 500
            ),
            db.session.commit,
        )
    _step("what is due", lambda: claiming.due(campaign_id, 12_000))
    _step("finished?", lambda: finishing.finish_if_done(campaign_id))
    _step("sweep of lapsed leases", claiming.expire)
    _step("sweep of waiting mails", lambda: queries.claim_overdue(claiming.clock.now()))
    _step("sweep of lost mails", queries.lost_in_sending)
    _step("cancelled", lambda: claiming.skip_waiting(campaign_id, "cancelled"))
    db.session.rollback()


def _page(engine, name, calls):
    """The first call warms what is cached; an answer that is an error ends the measurement."""
    times = []
    for call in calls:
        with Watched(engine) as watched:
            start = time.perf_counter()
            answer = call()
            times.append(time.perf_counter() - start)
        assert answer.status_code < 400, (name, answer.status)
    _tell(name, statistics.median(times[1:]), watched)


def _step(name, *acts):
    with Watched(db.engine) as watched:
        start = time.perf_counter()
        for act in acts:
            act()
        seconds = time.perf_counter() - start
    _tell(name, seconds, watched)


def _tell(name, seconds, watched):
    whole = ", ".join(sorted(watched.whole_tables()))
    print(f"{name:36}{seconds * 1000:7.0f}{len(watched.seen):12}  {whole}", flush=True)
    if "--explain" in sys.argv:
        watched.explain()


def _signed_in(app, owner):
    token = accounts.session_of(db.session.get_one(accounts.User, owner))
    db.session.commit()
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return browser


if __name__ == "__main__":
    main()
