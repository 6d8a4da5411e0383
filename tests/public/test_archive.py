"""The public campaigns of a list: a page, each of them for nobody in particular, a feed."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from tests.factories import accounts as make_accounts
from tests.factories import campaigns as make
from tests.factories import subscriptions as make_people
from tests.factories import widgets as make_widgets
from webapp.campaigns.models import Status
from webapp.core import clock
from webapp.core.db import db
from webapp.messages import addressing
from webapp.messages.models import Hit
from webapp.subscriptions import archives, fresh_links

WHERE = "/a/maison-tilleul/nouveautes"
MJML = """<mjml><mj-body><mj-section><mj-column>
<mj-text>Bonjour {{ contact.first_name | default("à vous") }}</mj-text>
<mj-button href="https://example.org/boutique">Voir</mj-button>
</mj-column></mj-section></mj-body></mjml>"""


@pytest.fixture
def letter(workspace):
    made = make_widgets.mailing_list(workspace, description="Une lettre par mois")
    archives.set_open(workspace, made, is_open=True, is_indexed=False)
    db.session.commit()
    return made


@pytest.fixture
def issue(workspace, letter):
    """issue(subject, day) is a public campaign that was sent on that day of November."""

    def publish(
        subject="Le printemps, {{ contact.first_name }}",
        day=1,
        shop=workspace,
        **changes,
    ):
        made = make.campaign(
            shop,
            **{
                "mailing_list_id": letter.id,
                "subject": subject,
                "preheader": "Pour {{ contact.first_name | default('tous') }}",
                "mjml": MJML,
                "status": Status.SENT,
                "is_public": True,
                "started_at": datetime(2026, 11, day, 9, tzinfo=UTC),
                **changes,
            },
        )
        db.session.commit()
        return made

    return publish


def test_the_page_lists_what_was_sent_newest_first_without_a_name(client, issue):
    issue(day=1)
    issue("Les soldes", day=3)
    page = client.get(WHERE).text
    assert page.index("Les soldes") < page.index("Le printemps<")
    assert "Pour tous" in page
    assert "<script" not in page
    assert len(page) < 30_000


@pytest.mark.parametrize(
    "changes",
    [
        {"is_public": False},
        {"status": Status.DRAFT},
        {"status": Status.SENDING},
        {"status": Status.CANCELLED},
        {"mailing_list_id": None},
    ],
)
def test_what_is_not_public_or_not_sent_is_seen_by_nobody(client, issue, changes):
    hidden = issue("Secret", **changes)
    for path in (WHERE, f"{WHERE}/rss.xml"):
        assert "Secret" not in client.get(path).text
    assert client.get(f"{WHERE}/{hidden.id}").status_code == 404


def test_a_closed_archive_and_one_that_never_was_are_the_same_to_a_stranger(
    client, workspace, letter, issue
):
    one = issue()
    archives.set_open(workspace, letter, is_open=False, is_indexed=False)
    db.session.commit()
    for path in (WHERE, f"{WHERE}/rss.xml", f"{WHERE}/{one.id}"):
        assert client.get(path).status_code == 404
    assert client.get("/a/maison-tilleul/rien").status_code == 404
    assert client.get("/a/nulle-part/nouveautes").status_code == 404


def test_a_campaign_of_another_shop_or_list_is_not_found_here(client, workspace, issue):
    issue()
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    theirs = make_widgets.mailing_list(other)
    archives.set_open(other, theirs, is_open=True, is_indexed=False)
    foreign = issue("Chez eux", shop=other, mailing_list_id=theirs.id)
    assert client.get(f"{WHERE}/{foreign.id}").status_code == 404
    assert client.get(f"/a/ailleurs/nouveautes/{foreign.id}").status_code == 200


def test_a_campaign_is_read_without_a_name_a_way_out_or_any_measuring(client, issue):
    one = issue(measures_opens=True, measures_clicks=True)
    page = client.get(f"{WHERE}/{one.id}").text
    assert "Bonjour à vous" in page
    assert "<title>Le printemps</title>" in page
    assert 'href="https://example.org/boutique"' in page
    for door in ("u", "p", "v", "o", "c"):
        assert f"http://volontiers.test/{door}/" not in page
    for words in ("désinscrire", "préférences", "votre adresse est inscrite"):
        assert words not in page
    assert "12 rue des Tilleuls" in page
    # The links that went leave no mark of theirs.
    assert re.search(r">\s*<a [^>]*>Toutes nos newsletters", page)
    assert db.session.query(Hit).count() == 0


def test_the_way_in_stands_where_there_is_a_published_form(
    client, workspace, letter, issue
):
    one = issue()
    join = "S’inscrire"
    assert join not in client.get(f"{WHERE}/{one.id}").text
    form = make_widgets.widget(workspace, letter)
    db.session.commit()
    address = f'href="http://volontiers.test/f/{form.public_id}"'
    for path in (WHERE, f"{WHERE}/{one.id}"):
        assert address in client.get(path).text
    letter.archived_at = clock.now()
    db.session.commit()
    assert address not in client.get(WHERE).text


def test_an_editor_s_html_runs_nothing_on_our_host(client, issue):
    one = issue()
    policy = client.get(f"{WHERE}/{one.id}").headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy


@pytest.mark.parametrize("indexed", [False, True])
def test_search_engines_list_it_when_the_shop_wants_so(
    client, workspace, letter, issue, indexed
):
    one = issue()
    archives.set_open(workspace, letter, is_open=True, is_indexed=indexed)
    db.session.commit()
    for path in (WHERE, f"{WHERE}/rss.xml", f"{WHERE}/{one.id}"):
        answer = client.get(path)
        assert ("X-Robots-Tag" not in answer.headers) == indexed
    assert ('content="noindex"' not in client.get(WHERE).text) == indexed


def test_the_feed_says_what_rss_2_wants(client, issue):
    issue('Thé & <b>tisanes</b> "bio"', day=2)
    older = issue(day=1)
    answer = client.get(f"{WHERE}/rss.xml")
    assert answer.mimetype == "application/rss+xml"
    channel = ET.fromstring(answer.data).find("channel")
    for name in ("title", "link", "description", "language", "lastBuildDate"):
        assert channel.findtext(name)
    itself = channel.find("{http://www.w3.org/2005/Atom}link")
    assert itself.get("href") == f"http://volontiers.test{WHERE}/rss.xml"
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == [
        'Thé & <b>tisanes</b> "bio"',
        "Le printemps",
    ]
    last = items[-1]
    assert last.findtext("link") == f"http://volontiers.test{WHERE}/{older.id}"
    assert last.findtext("guid") == last.findtext("link")
    assert parsedate_to_datetime(last.findtext("pubDate")) == older.started_at
    assert last.findtext("description") == "Pour tous"


def test_a_feed_holds_nothing_that_xml_cannot(client, issue):
    issue("Un\x0bsujet")
    assert ET.fromstring(client.get(f"{WHERE}/rss.xml").data).find("channel/item")


def test_what_has_not_changed_is_not_sent_again(client, issue):
    one = issue()
    for path in (WHERE, f"{WHERE}/rss.xml", f"{WHERE}/{one.id}"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    feed = client.get(f"{WHERE}/rss.xml")
    assert feed.last_modified == one.started_at
    issue("Nouveau", day=9)
    path = f"{WHERE}/rss.xml"
    assert (
        client.get(path, headers={"If-None-Match": feed.headers["ETag"]}).status_code
        == 200
    )


def test_many_issues_stand_on_pages(client, issue):
    for day in range(1, 22):
        issue(f"Numéro {day:02}", day=day)
    first, second = client.get(WHERE).text, client.get(f"{WHERE}?page=2").text
    assert ("Numéro 21" in first, "Numéro 01" in first) == (True, False)
    assert ("Numéro 21" in second, "Numéro 01" in second) == (False, True)
    for odd in ("0", "-1", "x", "9999999999999999999", 2**63 - 1):
        assert client.get(f"{WHERE}?page={odd}").status_code == 200


def test_who_leaves_is_told_where_it_can_still_be_read(client, workspace, letter):
    anna = make_people.subscriber(workspace, letter)
    db.session.commit()
    door = addressing.urls().unsubscribe(
        workspace=workspace.id, contact=anna.id, list_id=letter.id, message=0
    )
    left = client.post(door.removeprefix("http://volontiers.test"))
    assert WHERE in left.text


def test_a_person_s_own_page_leads_to_what_was_sent(client, workspace, letter):
    anna = make_people.subscriber(workspace, letter)
    db.session.commit()
    door = fresh_links.url(anna).removeprefix("http://volontiers.test")
    page = client.get(door).text
    assert f"http://volontiers.test{WHERE}" in page
    archives.set_open(workspace, letter, is_open=False, is_indexed=False)
    db.session.commit()
    assert WHERE not in client.get(door).text
