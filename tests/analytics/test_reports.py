"""The figures of a campaign: over whom, and what is kept silent."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.factories import accounts as make_accounts
from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.analytics import queries, reports
from webapp.analytics.reports import LEAST, Measured, Span
from webapp.campaigns.models import Status
from webapp.consent import ledger, purposes
from webapp.consent.ledger import Evidence
from webapp.consent.models import Purpose, State
from webapp.core.db import db
from webapp.messages.models import Status as MessageStatus

HOUR = datetime(2026, 11, 10, 8, tzinfo=UTC)


@pytest.fixture
def mailing(workspace):
    return make.mailing_list(workspace)


@pytest.fixture
def sent(workspace, mailing):
    return make_campaigns.campaign(
        workspace, mailing_list_id=mailing.id, status=Status.SENT
    )


def delivered(workspace, campaign, mailing, count, *, measured=True):
    found = []
    for _ in range(count):
        person = make.subscriber(workspace, mailing, opens=measured, clicks=measured)
        found.append(
            make_campaigns.message(
                campaign, person, tracks_opens=measured, tracks_clicks=measured
            )
        )
    return found


@pytest.mark.covers("consent-39")
def test_rates_are_over_the_people_who_agreed_and_never_over_all(
    workspace, sent, mailing
):
    measured = delivered(workspace, sent, mailing, 20)
    delivered(workspace, sent, mailing, 80, measured=False)
    for message in measured[:12]:
        make_campaigns.hit(message)
        make_campaigns.hit(message)
    opens = queries.report(workspace, sent).opens
    assert (opens.people, opens.delivered, opens.did) == (20, 100, 12)
    assert opens.rate == 0.6
    assert opens.coverage == 0.2


def test_machines_are_counted_apart(workspace, sent, mailing):
    messages = delivered(workspace, sent, mailing, 30)
    for message in messages[:11]:
        make_campaigns.hit(message, by_machine=True)
    make_campaigns.hit(messages[0])
    opens = queries.report(workspace, sent).opens
    assert (opens.did, opens.machines) == (1, 10)


@pytest.mark.covers("delivery-50")
def test_the_page_tells_both_figures_and_how_machines_were_known(
    owner, workspace, sent, mailing
):
    messages = delivered(workspace, sent, mailing, 30)
    for message in messages[:13]:
        make_campaigns.hit(message)
    for message in messages[13:28]:
        make_campaigns.hit(message, signal="proxy")
    db.session.commit()
    found = queries.report(workspace, sent)
    assert (found.opens.did, found.opens.machines, found.opens.with_machines) == (
        *(13, 15),
        28,
    )
    assert found.signals == {"proxy": 15}
    page = owner.get(f"/w/maison-tilleul/campaigns/{sent.id}/report").text
    assert "People and machines" in page
    for figure in (">13<", ">15<", ">28<"):
        assert figure in page
    assert "Apple Mail" in page


def test_the_trap_is_no_link_that_people_follow(workspace, sent, mailing):
    message = delivered(workspace, sent, mailing, 1)[0]
    trap = make_campaigns.link(sent, "https://example.org/", -1)
    trap.is_trap = True
    make_campaigns.hit(message, link=trap, signal="trap")
    assert queries.report(workspace, sent).links == []


def test_who_withdrew_from_measuring_is_in_no_figure(workspace, sent, mailing):
    messages = delivered(workspace, sent, mailing, 12)
    link = make_campaigns.link(sent)
    for message in messages:
        make_campaigns.hit(message)
        make_campaigns.hit(message, link=link)
    from webapp.contacts.models import Contact

    person = db.session.get(Contact, messages[0].contact_id)
    for purpose in (
        purposes.measuring(workspace).opens,
        purposes.measuring(workspace).clicks,
    ):
        ledger.record(person, purpose, State.WITHDRAWN, Evidence("preferences"))
    found = queries.report(workspace, sent)
    assert (found.opens.people, found.opens.did) == (11, 11)
    assert (found.clicks.people, found.clicks.did) == (11, 11)
    assert [one.people for one in found.links] == [11]
    assert sum(span.opens for span in found.spans) == 11


def test_clicks_are_counted_by_link_and_by_person(workspace, sent, mailing):
    messages = delivered(workspace, sent, mailing, 15)
    shop = make_campaigns.link(sent, "https://example.org/a", 0)
    story = make_campaigns.link(sent, "https://example.org/b", 1)
    for message in messages[:11]:
        make_campaigns.hit(message, link=shop)
        make_campaigns.hit(message, link=shop)
    make_campaigns.hit(messages[0], link=story)
    found = queries.report(workspace, sent).links
    assert [(one.url, one.people, one.hidden) for one in found] == [
        ("https://example.org/a", 11, False),
        ("https://example.org/b", 1, True),
    ]


@pytest.mark.parametrize(
    ("people", "did", "hidden"),
    [(9, 9, True), (100, 9, True), (100, 0, True), (10, 10, False), (100, 10, False)],
)
def test_a_figure_about_fewer_than_ten_people_is_kept_silent(people, did, hidden):
    measured = Measured(people=people, delivered=200, did=did, machines=0)
    assert measured.hidden is hidden
    assert (measured.rate is None) is hidden


def test_nothing_delivered_divides_nothing():
    assert Measured(0, 0, 0, 0).coverage == 0.0
    assert Measured(0, 0, 0, 0).rate is None


COUNTS = some.lists(
    some.tuples(some.integers(0, 30), some.integers(0, 30)), max_size=40
)


@pytest.mark.covers("consent-39")
@given(COUNTS)
def test_put_together_no_span_tells_on_fewer_than_ten_people_and_none_is_lost(counts):
    spans = [Span(HOUR + timedelta(hours=n), *pair) for n, pair in enumerate(counts)]
    done = reports.merged(spans)
    for span in done:
        assert span.opens == 0 or span.opens >= LEAST
        assert span.clicks == 0 or span.clicks >= LEAST
    opens, clicks = (sum(pair[side] for pair in counts) for side in (0, 1))
    assert sum(span.opens for span in done) == (opens if opens >= LEAST else 0)
    assert sum(span.clicks for span in done) == (clicks if clicks >= LEAST else 0)


def test_only_who_left_through_this_campaign_counts_as_its_unsubscription(
    workspace, sent, mailing
):
    messages = delivered(workspace, sent, mailing, 3, measured=False)
    purpose = db.session.get(Purpose, mailing.purpose_id)
    from webapp.contacts.models import Contact

    people = [db.session.get(Contact, message.contact_id) for message in messages]
    ledger.record(
        people[0],
        purpose,
        State.WITHDRAWN,
        Evidence("one_click", message_id=messages[0].id),
    )
    ledger.record(
        people[0],
        purpose,
        State.WITHDRAWN,
        Evidence("one_click", message_id=messages[0].id),
    )
    ledger.record(people[1], purpose, State.WITHDRAWN, Evidence("preferences"))
    assert queries.report(workspace, sent).unsubscribed == 1


def test_bounced_and_uncertain_messages_are_not_delivered(workspace, sent, mailing):
    for status in (
        MessageStatus.SENT,
        MessageStatus.BOUNCED,
        MessageStatus.UNCERTAIN,
        MessageStatus.SKIPPED,
    ):
        make_campaigns.message(sent, make.contact(workspace), status=status)
    found = queries.report(workspace, sent)
    assert (found.delivered, found.bounced, found.uncertain) == (1, 1, 1)


@pytest.mark.covers("consent-39")
def test_the_page_says_on_how_many_it_measured_and_hides_small_counts(
    owner, workspace, sent, mailing
):
    for message in delivered(workspace, sent, mailing, 12)[:9]:
        make_campaigns.hit(message)
    delivered(workspace, sent, mailing, 12, measured=False)
    db.session.commit()
    page = owner.get(f"/w/maison-tilleul/campaigns/{sent.id}/report").text
    assert "measured on 12 of 24 = 50.0%" in page.replace("\u202f", " ").replace(
        " %", "%"
    ).replace("\xa0", "")
    assert "Not shown" in page
    assert ">9<" not in page


def test_the_file_keeps_the_same_silence(owner, viewer, workspace, sent, mailing):
    link = make_campaigns.link(sent, "https://example.org/a")
    for message in delivered(workspace, sent, mailing, 12)[:9]:
        make_campaigns.hit(message, link=link)
    db.session.commit()
    address = f"/w/maison-tilleul/campaigns/{sent.id}/report.csv"
    file = owner.get(address).text
    assert "fewer than 10" in file
    assert ";9" not in file
    assert viewer.get(address).status_code == 403


def test_the_report_of_another_workspace_is_not_there(stranger, workspace, sent):
    make_accounts.workspace(slug="encore", name="Encore")
    db.session.commit()
    assert stranger.get(f"/w/ailleurs/campaigns/{sent.id}/report").status_code == 404
