"""Scanners as they are seen in the wild, and people: who is counted as what, and all are led on."""

import dataclasses
import time
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from tests.factories import audience, campaigns
from tests.factories import sendings as make
from webapp.campaigns import blueprints, following
from webapp.core import clock
from webapp.core.db import db
from webapp.messages import addressing, ingesting, journal, machines
from webapp.messages.mail_tokens import Kind
from webapp.messages.mime import Recipient, Variant
from webapp.messages.models import Hit, Link
from webapp.public import tracking
from webapp.public.tracking import with_tracking

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 Safari/537.36"
)
GMAIL = (
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0"
    " (via ggpht.com GoogleImageProxy)"
)
GMAIL_AHEAD = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0"
)
YAHOO = "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"
APPLE = "Mozilla/5.0"
OUTLOOK = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)"
PAGES = [f"https://maison-tilleul.example/{number}" for number in range(6)]

pytestmark = pytest.mark.covers("delivery-50")


class Inbox:
    """A message that left an hour ago, and what is asked for on its account, by the second."""

    def __init__(self, client, message, monkeypatch):
        self.client, self.message = client, message
        self.left = message.finished_at.timestamp()
        self.links = db.session.scalars(
            select(Link).filter_by(is_trap=False).order_by(Link.position)
        ).all()
        self._patch = monkeypatch

    def at(self, second):
        """So many seconds after the message left."""
        moment = self.left + second
        stopped = SimpleNamespace(time=lambda: moment, monotonic=time.monotonic)
        for module in (tracking, journal):
            self._patch.setattr(module, "time", stopped)
        return self

    def opens(self, agent, method="GET"):
        token = addressing.tokens().sign(Kind.OPEN, self.message.id)
        return self._ask(f"/o/{token}", agent, method)

    def follows(self, link, agent, method="GET"):
        ids = (self.message.id, self.message.campaign_id)
        token = addressing.tokens().sign(Kind.CLICK, *ids)
        answer = self._ask(f"/c/{token}/{link.id}", agent, method)
        assert (answer.status_code, answer.location) == (302, link.url)
        return answer

    def counted(self):
        """The signs of all hits, in the order of time; empty: a person."""
        self._patch.undo()
        ingesting.ingest()
        db.session.commit()
        hits = db.session.scalars(select(Hit).order_by(Hit.at, Hit.id)).all()
        assert [hit.by_machine for hit in hits] == [bool(hit.signal) for hit in hits]
        return [hit.signal for hit in hits]

    def _ask(self, path, agent, method):
        return self.client.open(path, method=method, headers={"User-Agent": agent})


@pytest.fixture
def campaign(workspace):
    mailing = audience.mailing_list(workspace)
    made = make.campaign(workspace, mailing)
    following.store(made, PAGES)
    return made


@pytest.fixture
def inbox(app, settings, campaign, workspace, tmp_path):
    """A message measured in all ways, and its reader's side of the wire."""
    own = dataclasses.replace(settings, data_dir=tmp_path)
    mailing = blueprints.list_of(campaign)
    person = audience.subscriber(workspace, mailing, opens=True, clicks=True)
    message = campaigns.message(
        campaign,
        person,
        tracks_opens=True,
        tracks_clicks=True,
        finished_at=clock.ago(hours=1),
    )
    db.session.commit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.extensions, "settings", own)
        client = Client(with_tracking(app, own))
        with pytest.MonkeyPatch.context() as times:
            yield Inbox(client, message, times)


def test_safe_links_opens_every_page_in_a_real_browser_and_the_reader_comes_later(
    inbox,
):
    inbox.at(20).opens(CHROME)
    for place, link in enumerate(inbox.links):
        inbox.at(21 + place / 3).follows(link, CHROME)
    inbox.at(1800).opens(OUTLOOK)
    inbox.at(1805).follows(inbox.links[2], CHROME)
    assert inbox.counted() == ["burst"] * 7 + ["", ""]


def test_barracuda_asks_for_each_link_before_the_message_is_delivered(inbox):
    for place, link in enumerate(inbox.links[:3]):
        inbox.at(place / 4).follows(link, "Barracuda Sentinel (EE)", "HEAD")
    inbox.at(1).follows(inbox.links[3], CHROME)
    assert inbox.counted() == ["head", "head", "head", "early"]


def test_mimecast_takes_its_time_and_is_known_by_how_many_it_follows(inbox):
    for place, link in enumerate(inbox.links[:5]):
        inbox.at(60 + place * 2).follows(link, CHROME)
    assert inbox.counted() == ["burst"] * 5


def test_apples_proxies_fetch_the_picture_whoever_reads(inbox):
    inbox.at(600).opens(APPLE)
    inbox.at(700).follows(inbox.links[0], CHROME)
    assert inbox.counted() == ["proxy", ""]


def test_gmail_that_looks_ahead_is_a_machine_and_gmail_that_shows_is_a_reader(inbox):
    inbox.at(5).opens(GMAIL_AHEAD)
    inbox.at(900).opens(GMAIL)
    inbox.at(901).opens(YAHOO)
    assert inbox.counted() == ["ahead", "", ""]


def test_a_person_on_gmail_is_no_machine(inbox):
    inbox.at(40).opens(GMAIL)
    inbox.at(48).follows(inbox.links[0], CHROME)
    inbox.at(53).follows(inbox.links[3], CHROME)
    inbox.at(75).opens(GMAIL)
    inbox.at(80).follows(inbox.links[1], CHROME)
    assert inbox.counted() == [""] * 5


def test_who_follows_the_same_link_again_and_again_follows_one(inbox):
    for second in range(6):
        inbox.at(60 + second).follows(inbox.links[0], CHROME)
    assert inbox.counted() == [""] * 6


def test_a_burst_is_found_however_it_is_cut_into_takes(inbox):
    for place, link in enumerate(inbox.links):
        inbox.at(60 + place / 3).follows(link, CHROME)
        if place == 3:
            assert inbox.counted() == [""] * 4
    assert inbox.counted() == ["burst"] * 6


def test_whoever_follows_what_nobody_sees_is_a_machine_and_so_is_what_came_around_it(
    inbox, workspace, campaign
):
    workspace.sets_traps = True
    trap = db.session.get(Link, following.trap(campaign))
    db.session.commit()
    inbox.at(60).follows(inbox.links[0], CHROME)
    inbox.at(90).follows(trap, CHROME)
    inbox.at(2000).follows(inbox.links[0], CHROME)
    assert inbox.counted() == ["trap", "trap", ""]


def test_the_trap_is_seen_and_reached_by_nobody_and_only_set_where_clicks_are_measured(
    workspace, campaign
):
    workspace.sets_traps = True
    urls = blueprints.ready(campaign)
    person = Recipient("anne@shop.example", 1, workspace.id, 2)
    letters = {
        clicks: urls.build(person, Variant(clicks=clicks), clock.now()).decode()
        for clicks in (True, False)
    }
    anchor = 'aria-hidden=3D"true" tabindex=3D"-1"></a>'
    assert anchor in letters[True].replace("=\r\n", "")
    assert "aria-hidden" not in letters[False]


def test_no_trap_is_set_by_itself_nor_in_the_midst_of_a_campaign(workspace, campaign):
    assert following.trap(campaign) == 0
    campaign.started_at = clock.now()
    workspace.sets_traps = True
    assert following.trap(campaign) == 0


@pytest.mark.parametrize(
    "agent",
    [
        *(
            "",
            "curl/8.5",
            "python-requests/2.31",
            "Go-http-client/1.1",
            "BingPreview/1.0b",
        ),
        *("Slackbot-LinkExpanding 1.0", "WhatsApp/2.23", "facebookexternalhit/1.1"),
        *("Mozilla/5.0 (compatible; proofpoint)", "Mimecast", "HeadlessChrome/120.0"),
    ],
)
def test_listed_programs_are_machines(agent):
    assert machines.LETTERS[machines.letter_of_agent(agent)] == "agent"


@pytest.mark.parametrize(
    "agent",
    [
        *(CHROME, GMAIL, YAHOO, OUTLOOK, "Outlook-iOS/2.0", "Airmail/5.0", "Spark/2.0"),
        "Mozilla/5.0 (Windows NT 10.0; rv:60.0) Gecko/20100101 Thunderbird/60.6.1",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile",
        "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    ],
)
def test_programs_that_people_read_in_are_no_machines(agent):
    assert machines.letter_of_agent(agent) == "h"


@pytest.mark.parametrize("header", ["Purpose", "Sec-Purpose", "X-Purpose", "X-Moz"])
def test_whoever_says_that_nobody_looked_yet_is_a_machine(header):
    name = "HTTP_" + header.upper().replace("-", "_")
    told = machines.letter("GET", {"HTTP_USER_AGENT": CHROME, name: "prefetch"})
    assert machines.LETTERS[told] == "ahead"
