"""A workspace's own host: its links lead there, readers' pages open there, and nothing else does."""

import re

import pytest

from tests.factories import audience, domains
from tests.factories import sendings as make
from webapp.campaigns import blueprints, planning
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.mime import Recipient, Variant

HOST = "lettres.maison-tilleul.example"
SENDER = "bonjour@maison-tilleul.example"


def letter(campaign, **agreed):
    person = Recipient("anne@shop.example", 7, campaign.workspace_id, 8, list_id=1)
    built = blueprints.ready(campaign).build(person, Variant(**agreed), clock.now())
    return built.decode().replace("=\r\n", "")


def addresses(text):
    """Where our own pages are: by the letter of their door."""
    return set(re.findall(r"(https?://[\w.-]+)/(?:u|p|c|o|v)/", text))


@pytest.fixture
def campaign(workspace):
    mailing = audience.mailing_list(workspace)
    audience.subscriber(workspace, mailing, opens=True, clicks=True)
    return make.campaign(workspace, mailing, sender_email=SENDER)


def test_once_checked_all_links_of_a_message_lead_to_the_workspaces_own_host(
    workspace, campaign
):
    domains.domain(workspace, tracking=HOST)
    text = letter(campaign, opens=True, clicks=True)
    assert addresses(text) == {f"https://{HOST}"}
    assert f"List-Unsubscribe: <https://{HOST}/u/" in text


def test_a_host_that_was_not_checked_is_not_used(workspace, campaign):
    domains.domain(workspace, tracking=HOST, checked=False)
    assert addresses(letter(campaign, clicks=True)) == {"http://volontiers.test"}


def test_a_campaign_that_began_to_leave_keeps_its_host(workspace, campaign):
    domain = domains.domain(workspace, tracking=HOST)
    planning.start(campaign)
    domains.fail_checks(domain)
    db.session.flush()
    assert addresses(letter(campaign, clicks=True)) == {f"https://{HOST}"}


@pytest.fixture
def there(workspace):
    """The environment of a request to that host, behind its proxy."""
    domains.domain(workspace, tracking=HOST)
    db.session.commit()
    return {"base_url": f"https://{HOST}/"}


@pytest.mark.parametrize(
    "path",
    ["/", "/sign-in", "/w/maison-tilleul/", "/w/maison-tilleul/campaigns/", "/healthz"],
)
def test_nothing_of_the_back_office_is_on_it_even_for_its_owner(owner, there, path):
    assert owner.get(path, **there).status_code == 404
    assert owner.get(path).status_code != 404


@pytest.mark.parametrize("spelling", [f"{HOST}.", HOST.upper(), f"{HOST}:8443"])
def test_however_the_host_is_spelled_the_back_office_is_not_there(
    client, there, spelling
):
    answer = client.get("/sign-in", base_url=f"https://{spelling}/")
    assert answer.status_code == 404


def test_a_stranger_to_the_host_cannot_sign_in_there(client, there):
    answer = client.post("/sign-in", data={"email": "a@b.fr", "password": "x"}, **there)
    assert answer.status_code == 404


def test_readers_find_their_pages_and_all_these_need(client, there, campaign):
    for door in re.findall(r"https://[\w.-]+(/[up]/[\w/-]+)", letter(campaign)):
        page = client.get(door, **there)
        assert page.status_code == 200
        for source in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
            assert client.get(source, **there).status_code == 200


def test_other_names_of_this_machine_are_as_before(client, there):
    assert client.get("/sign-in", base_url="https://other.example/").status_code != 404
