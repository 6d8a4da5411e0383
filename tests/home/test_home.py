import re

from tests.factories import campaigns, domains
from tests.factories.subscriptions import says
from webapp.campaigns.models import Campaign
from webapp.consent.models import Purpose, PurposeKind
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import mail_servers
from webapp.deliverability.mail_servers import Terms
from webapp.deliverability.transports.smtp_server import Security
from webapp.home import queries
from webapp.home.checklist import steps
from webapp.subscriptions.models import MailingList
from webapp.widgets.models import Widget

HOME = "/w/maison-tilleul/"


def _done(workspace):
    return [step.done for step in steps(workspace)]


def _add(row):
    db.session.add(row)
    db.session.flush()
    return row


def _list(workspace):
    purpose = _add(
        Purpose(workspace_id=workspace.id, kind=PurposeKind.NEWSLETTER, name="News")
    )
    return _add(
        MailingList(
            workspace_id=workspace.id,
            purpose_id=purpose.id,
            name="News",
            purpose_text="Yes",
            notice_text="So",
        )
    )


def _contact(workspace, email="a@b.example"):
    return _add(Contact(workspace_id=workspace.id, email=email))


def _state(contact, mailing_list, state="given"):
    says(contact, db.session.get_one(Purpose, mailing_list.purpose_id), state)


def test_a_new_workspace_has_the_first_hour_before_it(workspace):
    workspace.address = ""
    assert _done(workspace) == [False] * 7


def test_each_step_is_done_once_its_rows_are_there(workspace):
    assert _done(workspace) == [True] + [False] * 6
    mail_servers.add(workspace, Terms("smtp.example.com", 587, Security.STARTTLS))
    assert _done(workspace)[1]
    assert not _done(workspace)[2]
    domains.domain(workspace)
    assert _done(workspace)[2]
    mailing_list = _list(workspace)
    assert _done(workspace)[3]
    widget = _add(
        Widget(
            workspace_id=workspace.id,
            mailing_list_id=mailing_list.id,
            public_id="w",
            name="W",
        )
    )
    assert not _done(workspace)[4]
    widget.published_at = clock.now()
    assert _done(workspace)[4]
    _contact(workspace)
    campaign = _add(Campaign(workspace_id=workspace.id, name="Soldes"))
    assert _done(workspace) == [True] * 6 + [False]
    campaign.status = "sent"
    assert _done(workspace) == [True] * 7


def test_the_figures_count_people_once_and_only_who_agreed(workspace):
    first, second = _list(workspace), _list(workspace)
    anna, luc = _contact(workspace), _contact(workspace, "luc@b.example")
    _state(anna, first)
    _state(anna, second)
    _state(luc, first, "withdrawn")
    for status, days in (("sent", 1), ("sent", 40), ("failed", 1)):
        sent = campaigns.campaign(
            workspace, mailing_list_id=first.id, started_at=clock.ago(days=days)
        )
        campaigns.message(sent, anna, status=status)
    assert queries.figures(workspace) == queries.Figures(
        contacts=2, subscribed=1, sent=1
    )


def test_home_shows_the_next_step_and_the_last_campaigns(workspace, owner):
    _add(Campaign(workspace_id=workspace.id, name="Soldes"))
    db.session.commit()
    page = owner.get(HOME).text
    assert 'aria-current="step"' in page
    assert "Soldes" in page


def test_every_step_leads_to_a_page(app, workspace):
    assert {step.endpoint for step in steps(workspace)} <= app.view_functions.keys()


def test_the_first_address_leads_to_the_workspace(owner, client):
    assert owner.get("/").location == HOME
    assert client.get("/", follow_redirects=True).request.path == "/sign-in"


def test_who_is_in_no_workspace_finds_their_account(sign_in, workspace):
    from tests.factories import accounts as make

    browser = sign_in(make.user())
    assert browser.get("/", follow_redirects=True).request.path == "/account"


def test_a_viewer_sees_home_without_what_is_not_theirs(viewer):
    page = viewer.get(HOME).text
    assert not re.search(r'href="[^"]*/settings/"', page)
