"""The timeline of a contact: everything once, newest first, read page by page from where it is kept."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.factories import purchases as buying
from tests.factories import sendings
from tests.factories import subscriptions as make
from webapp.accounts import auditing
from webapp.consent import ledger, purposes
from webapp.consent.ledger import Evidence
from webapp.consent.models import State
from webapp.contact_pages.timeline import paging
from webapp.contact_pages.timeline.entries import Place
from webapp.contacts import changing, notes
from webapp.core import clock
from webapp.core.db import db
from webapp.core.i18n import speaking
from webapp.messages.models import Hit, Kind, Link, Message
from webapp.purchases.models import OrderReturn, SiteEvent
from webapp.segments.models import Segment, SegmentChange


@pytest.fixture(autouse=True)
def english(app):
    with speaking("en"):
        yield


@pytest.fixture
def anna(workspace):
    letter = make.mailing_list(workspace)
    return make.subscriber(workspace, letter, email="anna@example.org")


@pytest.fixture
def measured(workspace, anna):
    """The workspace measures clicks, and the person agrees to it."""
    workspace.measures_clicks = True
    clicks = purposes.measuring(workspace).clicks
    ledger.record(anna, clicks, State.GIVEN, Evidence("preferences"))
    return anna


def hour(number):
    return clock.ahead(hours=number)


def clicked(workspace, anna, campaign, at):
    link = Link(campaign_id=campaign.id, position=1, url="https://tilleul.example/miel")
    db.session.add(link)
    db.session.flush()
    message = mailed(workspace, anna, campaign, at)
    db.session.add(
        Hit(
            workspace_id=workspace.id,
            campaign_id=campaign.id,
            message_id=message.id,
            contact_id=anna.id,
            link_id=link.id,
            at=at,
        )
    )


def mailed(workspace, anna, campaign, at):
    message = Message(
        workspace_id=workspace.id,
        contact_id=anna.id,
        campaign_id=campaign.id,
        kind=Kind.CAMPAIGN,
        status="sent",
        created_at=at,
        finished_at=at,
    )
    db.session.add(message)
    db.session.flush()
    return message


def titles(workspace, contact, **asked):
    page = paging.page(workspace, contact, **asked)
    return [entry.title for entry in page.entries]


def live(workspace, anna):
    """One of everything."""
    campaign = sendings.campaign(workspace, None)
    clicked(workspace, anna, campaign, hour(1))
    order = buying.order(
        workspace, anna, number="A1", placed_at=hour(2), total=Decimal("59.90")
    )
    back = OrderReturn(purchase_id=order.id, number="R1", at=hour(3), amount=Decimal(9))
    visit = SiteEvent(
        workspace_id=workspace.id,
        contact_id=anna.id,
        name="Panier",
        at=hour(4),
        properties={"produit": "Miel"},
    )
    segment = Segment(workspace_id=workspace.id, name="Gourmands", rules={})
    db.session.add_all([back, visit, segment])
    db.session.flush()
    db.session.add(
        SegmentChange(
            segment_id=segment.id, contact_id=anna.id, entered=True, at=hour(5)
        )
    )
    note = notes.write(workspace, anna, "Rappeler mardi")
    note.written_at = hour(6)
    changing.write(anna, {"city": "Lyon"}, source="staff")
    changing.write(anna, {"company": "Tilia"}, source="import")
    auditing.record(workspace, "contact.restricted", anna)
    db.session.flush()


def test_all_that_happened_is_told_newest_first(workspace, measured):
    live(workspace, measured)
    told = titles(workspace, measured)
    assert told[:6] == [
        "Note",
        "Entered the segment “Gourmands”",
        "Panier",
        "Return of order A1",
        "Order A1",
        "Followed a link in “Novembre”",
    ]
    assert {
        "Novembre",
        "Changed, entered by a colleague",
        "Restricted the use of a contact’s data",
        "Agreed: La lettre du Tilleul",
        "New contact, with a form",
    } <= set(told)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("messages", "Novembre"),
        ("clicks", "Followed a link in “Novembre”"),
        ("visits", "Panier"),
        ("notes", "Note"),
        ("imports", "Changed, with an import"),
        ("segments", "Entered the segment “Gourmands”"),
    ],
)
def test_one_kind_can_be_asked_for(workspace, measured, kind, title):
    live(workspace, measured)
    assert titles(workspace, measured, kind=kind) == [title]


def test_clicks_and_visits_of_who_agrees_no_more_are_not_told(workspace, measured):
    live(workspace, measured)
    clicks = purposes.measuring(workspace).clicks
    ledger.record(measured, clicks, State.WITHDRAWN, Evidence("preferences"))
    for kind in ("clicks", "visits"):
        assert titles(workspace, measured, kind=kind) == []


def test_nothing_of_somebody_else_is_told(workspace, measured):
    berta = make.contact(workspace, email="berta@example.org")
    live(workspace, measured)
    assert titles(workspace, berta) == ["New contact, with a form"]


@pytest.mark.parametrize("shown", [1, 2, 3, 7])
def test_page_by_page_everything_comes_once_and_in_the_same_order(
    workspace, measured, shown
):
    live(workspace, measured)
    # Many things at one moment.
    for number in range(4):
        note = notes.write(workspace, measured, f"Note {number}")
        note.written_at = hour(2)
    db.session.flush()
    whole = paging.page(workspace, measured, shown=100).entries
    read, before = [], None
    while True:
        page = paging.page(workspace, measured, before=before, shown=shown)
        read += page.entries
        if page.older is None:
            break
        # As it goes through the address of the next page.
        before = Place.read(str(page.older))
    assert [one.place for one in read] == [one.place for one in whole]
    assert len({one.place for one in read}) == len(read) > shown


@pytest.mark.parametrize(
    "text", ["", "1", "x_1_2", "2026-11-22_1_2", "2026-11-22T10:00:00+00:00_1", "_ _"]
)
def test_what_is_no_place_is_the_beginning(text):
    assert Place.read(text) is None


def test_a_place_goes_through_an_address_unchanged():
    place = Place(clock.now() - timedelta(microseconds=7), 3, 99)
    assert Place.read(str(place)) == place
