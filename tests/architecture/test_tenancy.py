"""No form of a workspace takes hold of what belongs to another one, whatever number it is given."""

import pytest

from tests.factories import accounts as make_accounts
from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from tests.factories import widgets as make_widgets
from webapp.campaigns import targeting
from webapp.campaigns.models import Campaign
from webapp.consent.models import ConsentState
from webapp.contacts.models import AttributeKind, Contact
from webapp.core.db import db
from webapp.exports.models import Export
from webapp.messages import addressing
from webapp.segments.models import Segment
from webapp.subscriptions import fresh_links
from webapp.widgets.models import Widget

AVA = "ava@ailleurs.example"


@pytest.fixture
def ours(workspace):
    """What we have: as little as possible, so that no number of theirs is one of ours."""
    return make_campaigns.campaign(workspace)


@pytest.fixture
def theirs(app, ours):
    """One of everything in another workspace, under numbers that we have not."""
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    make.mailing_list(other)
    mailing = make.mailing_list(other, name="Leur lettre")
    person = make.subscriber(other, mailing, email=AVA, first_name="Ava")
    make.attribute(other, "secret", AttributeKind.TEXT)
    rules = {
        "version": 1,
        "root": {
            "match": "all",
            "rules": [{"subject": "first_name", "operator": "is", "value": "Ava"}],
        },
    }
    segment = Segment(workspace_id=other.id, name="Les leurs", rules=rules)
    db.session.add(segment)
    colleague = make_accounts.member(other, role="owner", name="Leur Propriétaire")
    db.session.flush()
    found = {
        "list": mailing.id,
        "segment": segment.id,
        "contact": person.id,
        "user": colleague.id,
        "widget": make_widgets.widget(other, mailing),
    }
    db.session.commit()
    return found


def _post(browser, path, **data):
    return browser.post(f"/w/maison-tilleul{path}", data=data)


def test_a_campaign_goes_to_no_list_of_others(owner, ours, theirs):
    answer = _post(
        owner, f"/campaigns/{ours.id}/audience", mailing_list_id=theirs["list"]
    )
    assert answer.status_code == 422
    assert db.session.get(Campaign, ours.id).mailing_list_id != theirs["list"]


def test_a_campaign_goes_to_no_segment_of_others(owner, ours, theirs):
    answer = _post(
        owner,
        f"/campaigns/{ours.id}/audience",
        mailing_list_id=ours.mailing_list_id,
        included=theirs["segment"],
    )
    assert answer.status_code == 422
    assert targeting.targets(ours) == targeting.Targets()


def test_a_campaign_is_not_seen_with_the_eyes_of_a_contact_of_others(
    owner, ours, theirs
):
    path = f"/w/maison-tilleul/campaigns/{ours.id}/preview"
    example = owner.get(path)
    assert "Ava" not in owner.get(path, query_string={"reader": AVA}).text
    assert example.status_code == 200


def test_a_test_is_not_written_to_a_contact_of_others(owner, ours, theirs, worker):
    _post(owner, f"/campaigns/{ours.id}/test", to="moi@example.org", reader=AVA)
    text = db.session.scalar(
        db.text("SELECT string_agg(content::text, ' ') FROM message")
    )
    assert "Ava" not in (text or "")


def test_a_widget_collects_for_no_list_of_others(owner, ours, theirs):
    answer = _post(owner, "/widgets/new", name="Vol", mailing_list=theirs["list"])
    assert answer.status_code in {404, 422}
    assert db.session.query(Widget).filter_by(name="Vol").count() == 0


def test_a_contact_is_put_on_no_list_of_others(owner, workspace, ours, theirs):
    contact = make.contact(workspace)
    db.session.commit()
    for path in ("lists/new", f"lists/{theirs['list']}/leave"):
        answer = _post(
            owner,
            f"/contacts/{contact.id}/{path}",
            mailing_list=theirs["list"],
            collected="paper",
        )
        assert answer.status_code in {404, 422}
    states = db.session.query(ConsentState).filter_by(contact_id=contact.id)
    assert states.count() == 0


@pytest.mark.parametrize("subject", ["list", "attribute"])
def test_a_segment_asks_about_nothing_of_others(owner, ours, theirs, subject):
    key = {"list": f"list:{theirs['list']}", "attribute": "attribute:secret"}[subject]
    rows = {"0.match": "all", "0.0.subject": key, "0.0.value": "x"}
    counted = _post(owner, "/segments/count", **rows)
    assert AVA not in counted.text
    _post(owner, "/segments/new", name="Vol", **rows)
    kept = [one.rules for one in db.session.query(Segment).filter_by(name="Vol")]
    assert key not in str(kept)


def test_an_export_is_of_no_list_of_others(owner, ours, theirs):
    for whom in ("list", "segment"):
        chosen = {whom: theirs[whom], "kind": "csv", "columns_profile": "email"}
        assert _post(owner, "/contacts/exports/new", **chosen).status_code == 404
    assert db.session.query(Export).count() == 0


def test_the_audit_log_of_a_colleague_of_others_is_empty(owner, ours, theirs):
    page = owner.get(
        "/w/maison-tilleul/settings/audit-log", query_string={"person": theirs["user"]}
    )
    assert "Leur Propriétaire" not in page.text


@pytest.mark.parametrize("act", ["role", "remove"])
def test_a_member_of_others_stays_what_they_are(owner, ours, theirs, act):
    path = f"/settings/members/{theirs['user']}/{act}"
    assert _post(owner, path, role="viewer").status_code == 404


def test_a_form_names_no_version_of_a_widget_of_others(client, workspace, ours, theirs):
    own = make_widgets.widget(workspace)
    db.session.commit()
    foreign = theirs["widget"]
    fingerprint = db.session.scalar(
        db.text("SELECT fingerprint FROM widget_version WHERE widget_id = :id"),
        {"id": foreign.id},
    )
    client.post(
        f"/f/{own.public_id}", data={"email": "z@example.org", "version": fingerprint}
    )
    assert (
        db.session.query(Contact)
        .filter_by(email="z@example.org", workspace_id=foreign.workspace_id)
        .count()
        == 0
    )


def test_a_person_chooses_no_list_of_others(client, workspace, ours, theirs):
    contact = make.contact(workspace)
    db.session.commit()
    path = fresh_links.url(contact).removeprefix("http://volontiers.test")
    assert client.post(path, data={"list": theirs["list"]}).status_code == 200
    states = db.session.query(ConsentState).filter_by(contact_id=contact.id)
    assert states.count() == 0


def test_a_link_of_one_workspace_opens_no_contact_of_another(client, workspace, theirs):
    url = addressing.urls().preferences(
        workspace=workspace.id, contact=theirs["contact"]
    )
    page = client.get(url.removeprefix("http://volontiers.test"))
    assert "ailleurs.example" not in page.text
