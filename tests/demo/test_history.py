"""The demo shop: believable people, whose figures add up."""

import pytest
from sqlalchemy import func, select, text

from tests.factories import accounts as make
from tests.factories import demo as make_demo
from webapp.accounts import legal_identity
from webapp.accounts.models import AuditEntry, Workspace
from webapp.campaigns import planning
from webapp.campaigns.models import Campaign
from webapp.campaigns.models import Status as CampaignStatus
from webapp.consent.models import ConsentEvent, ConsentState, Purpose, ShownText, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import choosing
from webapp.deliverability.models import MailServer, Suppression
from webapp.demo import figures
from webapp.messages.models import Hit, Message, Status
from webapp.messages.moves import FINAL
from webapp.segments import queries as segments
from webapp.segments.models import Segment
from webapp.subscriptions.models import Confirmation, MailingList
from webapp.widgets.models import Widget, WidgetDay, WidgetVersion


@pytest.fixture(scope="module")
def loaded(_application, empty):
    """One shop for all these tests, which only look at it."""
    empty()
    with _application.app_context():
        made, _ = make_demo.shop(make.workspace())
        number = made.id
        db.session.remove()
    return number


@pytest.fixture
def shop(_application, loaded):
    with _application.app_context():
        yield db.session.get_one(Workspace, loaded)
        db.session.rollback()
        db.session.remove()


def count(model, *conditions):
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


def rows(statement, **values):
    return db.session.execute(text(statement), values).all()


def test_the_shop_says_who_it_is_and_that_nobody_is_real(shop):
    assert (shop.slug, shop.name, shop.is_demo) == ("demo", "Les Jardins d’Élise", True)
    assert legal_identity.is_siren(shop.siren)
    assert "fictive" in shop.legal_name
    assert shop.sender_email.endswith(".example")
    assert shop.postal_address == "1 rue de l’Exemple, 44000 Nantes"


def test_it_has_what_a_shop_has(shop):
    assert count(Contact) == 4000
    assert count(MailingList) == 3
    assert count(Widget, Widget.published_at.is_not(None)) == count(WidgetVersion) == 2
    assert count(WidgetDay) == 2 * figures.DAYS
    assert count(Campaign, Campaign.status == CampaignStatus.SENT) == 4
    assert count(Campaign, Campaign.status == CampaignStatus.DRAFT) == 2
    assert count(Suppression) > 10
    assert count(Confirmation) > 10
    assert count(AuditEntry, AuditEntry.workspace_id == shop.id) > 5


def test_where_people_stand_follows_from_what_they_said(shop):
    rebuilt = rows(
        "SELECT DISTINCT ON (contact_id, purpose_id) contact_id, purpose_id, state, basis,"
        " method, at, id FROM consent_event ORDER BY contact_id, purpose_id, id DESC"
    )
    kept = rows(
        "SELECT contact_id, purpose_id, state, basis, method, since, event_id"
        " FROM consent_state ORDER BY contact_id, purpose_id"
    )
    assert kept == rebuilt
    assert len(kept) > 4000


def test_what_was_said_is_numbered_in_its_order(shop):
    said = db.session.scalars(select(ConsentEvent.at).order_by(ConsentEvent.id)).all()
    assert said == sorted(said)
    assert said[-1] <= clock.now()


def test_nobody_speaks_before_they_came_or_before_the_words_were_shown(shop):
    early = (
        select(func.count())
        .select_from(ConsentEvent)
        .join(Contact, Contact.id == ConsentEvent.contact_id)
        .where(ConsentEvent.at < Contact.created_at)
    )
    assert db.session.scalar(early) == 0
    first_said = db.session.scalar(select(func.min(ConsentEvent.at)))
    assert db.session.scalar(select(func.max(ShownText.created_at))) < first_said


def test_who_agreed_by_a_form_has_its_wording_and_version_kept(shop):
    by_form = (ConsentEvent.method == "widget",)
    assert count(ConsentEvent, *by_form) > 1000
    assert count(ConsentEvent, *by_form, ConsentEvent.text_id.is_(None)) == 0
    assert count(ConsentEvent, *by_form, ConsentEvent.widget_version_id.is_(None)) == 0


def test_a_double_opt_in_agrees_only_after_having_been_asked(shop):
    assert (
        rows(
            "SELECT given.id FROM consent_event given"
            " JOIN purpose ON purpose.id = given.purpose_id AND purpose.kind = 'newsletter'"
            " WHERE given.method = 'confirmation' AND NOT EXISTS ("
            "  SELECT FROM consent_event asked WHERE asked.state = 'pending'"
            "  AND asked.contact_id = given.contact_id"
            "  AND asked.purpose_id = given.purpose_id AND asked.id < given.id)"
        )
        == []
    )


@pytest.mark.parametrize(
    ("kind", "least", "most"), [("opens", 0.30, 0.40), ("clicks", 0.25, 0.35)]
)
def test_about_a_third_agrees_to_be_measured(shop, kind, least, most):
    purpose = db.session.scalars(select(Purpose.id).where(Purpose.kind == kind)).one()
    agreed = count(
        ConsentState,
        ConsentState.purpose_id == purpose,
        ConsentState.state == State.GIVEN,
    )
    assert least < agreed / 4000 < most


def test_every_message_of_a_sent_campaign_is_settled(shop):
    assert count(Message, Message.status.not_in(FINAL)) == 0
    assert count(Message, Message.status == Status.BOUNCED) > 10
    assert count(Message, Message.status == Status.SENT, Message.attempts > 1) > 10


def test_nobody_got_a_campaign_without_having_agreed_by_then(shop):
    assert (
        rows(
            "SELECT m.id FROM message m JOIN campaign c ON c.id = m.campaign_id"
            " JOIN mailing_list l ON l.id = c.mailing_list_id"
            " JOIN LATERAL (SELECT state FROM consent_event e WHERE e.contact_id = m.contact_id"
            "  AND e.purpose_id = l.purpose_id AND e.at <= c.started_at"
            "  ORDER BY e.id DESC LIMIT 1) said ON true WHERE said.state <> 'given'"
        )
        == []
    )


def test_everybody_known_when_a_campaign_started_got_it_or_was_left_out(shop):
    for campaign in db.session.scalars(
        select(Campaign).where(Campaign.started_at.is_not(None))
    ):
        known = count(Contact, Contact.created_at < campaign.started_at)
        received = count(Message, Message.campaign_id == campaign.id)
        assert received + sum(campaign.left_out.values()) == known
        assert received > 300


def test_only_people_who_agree_are_measured(shop):
    assert count(Hit) > 500
    for kind, is_open in (("opens", True), ("clicks", False)):
        measured = rows(
            "SELECT h.id FROM hit h JOIN message m ON m.id = h.message_id"
            " WHERE (h.link_id IS NULL) = :is_open AND NOT ("
            "  CASE WHEN :is_open THEN m.tracks_opens ELSE m.tracks_clicks END AND EXISTS ("
            "   SELECT FROM consent_state s JOIN purpose p ON p.id = s.purpose_id"
            "   WHERE p.kind = :kind AND s.contact_id = h.contact_id AND s.state = 'given'))",
            is_open=is_open,
            kind=kind,
        )
        assert measured == []


def test_a_hit_comes_after_its_message_and_before_now(shop):
    assert (
        rows(
            "SELECT h.id FROM hit h JOIN message m ON m.id = h.message_id WHERE h.at < m.finished_at"
        )
        == []
    )
    assert db.session.scalar(select(func.max(Hit.at))) <= clock.now()


def test_whoever_left_by_a_link_left_by_a_message_they_got(shop):
    leaving = rows(
        "SELECT e.contact_id, m.contact_id, e.at > m.finished_at FROM consent_event e"
        " LEFT JOIN message m ON m.id = e.message_id"
        " WHERE e.method IN ('one_click', 'unsubscribe_page')"
    )
    assert len(leaving) > 10
    assert all(said_by == sent_to and after for said_by, sent_to, after in leaving)


def test_the_days_of_a_widget_add_up_with_what_people_said(shop):
    since = db.session.scalar(select(func.min(WidgetDay.day)))
    said = dict(
        rows(
            "SELECT v.widget_id, count(*) FROM consent_event e"
            " JOIN widget_version v ON v.id = e.widget_version_id"
            " JOIN widget w ON w.id = v.widget_id JOIN mailing_list l ON l.id = w.mailing_list_id"
            " WHERE e.method = 'widget' AND e.purpose_id = l.purpose_id"
            " AND (e.at AT TIME ZONE 'UTC')::date >= :since GROUP BY 1",
            since=since,
        )
    )
    counted = dict(rows("SELECT widget_id, sum(submitted) FROM widget_day GROUP BY 1"))
    assert counted == said
    assert count(WidgetDay, WidgetDay.shown < WidgetDay.started) == 0
    assert count(WidgetDay, WidgetDay.started < WidgetDay.submitted) == 0


def test_each_segment_finds_somebody_and_not_everybody(shop):
    found = db.session.scalars(select(Segment)).all()
    assert len(found) == 5
    for segment in found:
        members = segments.members_of(shop, segment).subquery()
        assert 20 < db.session.scalar(select(func.count()).select_from(members)) < 3900


def test_nothing_of_it_sends_itself(shop):
    planning.start_due()
    waiting = Campaign.status.in_((CampaignStatus.SCHEDULED, CampaignStatus.SENDING))
    assert count(Campaign, waiting) == 0


def test_its_drafts_are_ready_to_be_sent(shop):
    drafts = db.session.scalars(
        select(Campaign).where(Campaign.status == "draft")
    ).all()
    assert [planning.check_ready(draft) for draft in drafts] == [[], []]


def test_its_mail_stays_here_whatever_server_is_set(shop, settings):
    db.session.add(
        MailServer(workspace_id=shop.id, name="Own", host="smtp.example.com", port=587)
    )
    db.session.flush()
    server = choosing.server_for(shop)
    assert (server.host, server.port) == ("127.0.0.1", settings.mailbox_port)
