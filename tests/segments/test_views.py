"""The pages of segments."""

import pytest

from tests.factories import accounts as make_accounts
from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from tests.segments.pages import posted
from webapp.campaigns.models import CampaignSegment, Status
from webapp.contacts import counting
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.segments import queries, renewing, saving
from webapp.segments import rules as segment_rules
from webapp.segments.models import Segment

BASE = "/w/maison-tilleul/segments"
LYON = {
    "0.match": "all",
    "0.0.subject": "city",
    "0.0.operator": "equals",
    "0.0.value": "Lyon",
}
RULES = {
    "version": 1,
    "root": {
        "match": "all",
        "rules": [{"subject": "city", "operator": "equals", "value": "Lyon"}],
    },
}


@pytest.fixture
def segment(workspace):
    made = Segment(workspace_id=workspace.id, name="De Lyon", rules=RULES)
    db.session.add(made)
    make.contact(workspace, first_name="Léa", last_name="Petit")
    make.contact(workspace, city="Paris")
    db.session.commit()
    return made


def test_a_segment_is_built_and_shows_who_is_in_it(editor, segment):
    answer = editor.post(
        f"{BASE}/new", data={"name": "Lyonnais", **LYON}, follow_redirects=True
    )
    assert "Lyonnais" in answer.text
    assert "Léa Petit" in answer.text
    assert "City is “Lyon”" in answer.text


def test_who_may_not_see_contacts_sees_how_many_there_are(viewer, segment):
    page = viewer.get(f"{BASE}/{segment.id}").text
    assert "1 contact" in page
    assert "Léa" not in page


def test_rows_are_added_and_removed_without_javascript(editor, segment):
    page = editor.post(f"{BASE}/new", data={"name": "", **LYON, "do": "add:0"})
    assert page.status_code == 200
    assert 'name="0.1.subject"' in page.text
    page = editor.post(f"{BASE}/new", data={**LYON, "do": "group:0"}).text
    assert 'name="0.1.match"' in page
    assert 'name="0.1.0.subject"' in page
    page = editor.post(
        f"{BASE}/new",
        data={
            **LYON,
            "0.1.subject": "email",
            "0.1.operator": "empty",
            "do": "remove:0.0",
        },
    ).text
    assert 'value="email" selected' in page
    assert 'name="0.1.subject"' not in page
    assert db.session.query(Segment).count() == 1


def test_groups_stop_at_five_levels(editor, workspace):
    db.session.commit()
    paths = ["0" + ".0" * depth for depth in range(5)]
    deep = {f"{path}.match": "all" for path in paths} | {"0.0.0.0.0.0.subject": "city"}
    page = editor.post(f"{BASE}/new", data={**deep, "do": "group:0.0.0.0.0"}).text
    assert "0.0.0.0.0.match" in page
    assert "0.0.0.0.0.0.match" not in page
    assert "0.0.0.0.0.1" not in page


def test_a_condition_without_value_is_marked_where_it_stands(editor, segment):
    answer = editor.post(f"{BASE}/new", data={"name": "Vide", **LYON, "0.0.value": ""})
    assert answer.status_code == 422
    assert "vo-rule-bad" in answer.text
    assert "Write the value to compare with." in answer.text


def test_the_live_count_says_how_many_and_who(editor, segment):
    page = editor.post(f"{BASE}/count", data=LYON).text
    assert '<p class="vo-stat-value">1</p>' in page
    assert "Léa Petit" in page


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"0.match": "x"},
        {"0.0.subject": "password"},
        {"0.subject": "city"},
    ],
)
def test_hostile_rows_do_no_harm(editor, segment, data):
    assert editor.post(f"{BASE}/count", data=data).status_code == 200
    assert editor.post(f"{BASE}/new", data={"name": "x", **data}).status_code == 422


def test_a_nul_in_a_row_is_refused(editor, segment):
    answer = editor.post(f"{BASE}/count", data={**LYON, "0.0.value": "a\0"})
    assert answer.status_code == 400


def test_a_segment_is_changed_in_place(editor, segment):
    editor.post(
        f"{BASE}/{segment.id}/edit",
        data={"name": "De Paris", **LYON, "0.0.value": "Paris"},
    )
    db.session.expire_all()
    changed = db.session.get(Segment, segment.id)
    assert changed.name == "De Paris"
    assert changed.rules["root"]["rules"][0]["value"] == "Paris"


def test_a_segment_that_a_scheduled_campaign_awaits_stays(editor, workspace, segment):
    campaign = make_campaigns.campaign(workspace, status=Status.SCHEDULED)
    db.session.add(CampaignSegment(campaign_id=campaign.id, segment_id=segment.id))
    db.session.commit()
    assert editor.post(f"{BASE}/{segment.id}/delete").status_code == 409
    campaign.status = Status.DRAFT
    db.session.commit()
    assert editor.post(f"{BASE}/{segment.id}/delete").status_code == 303
    assert db.session.query(Segment).count() == 0


def test_a_segment_about_a_list_that_is_gone_says_so(editor, segment):
    segment.rules = {
        "version": 1,
        "root": {"match": "all", "rules": [{"subject": "list:99", "operator": "on"}]},
    }
    db.session.commit()
    assert "must be fixed" in editor.get(f"{BASE}/{segment.id}").text
    assert "to be fixed" in editor.get(f"{BASE}/").text
    assert editor.get(f"{BASE}/{segment.id}/edit").status_code == 200


@pytest.mark.parametrize("path", ["", "/edit"])
def test_another_workspace_s_segment_is_not_there(stranger, segment, path):
    assert stranger.get(f"/w/ailleurs/segments/{segment.id}{path}").status_code == 404
    assert stranger.post(f"/w/ailleurs/segments/{segment.id}/delete").status_code == 404


def test_who_may_only_look_builds_nothing(viewer, segment):
    assert viewer.get(f"{BASE}/new").status_code == 403
    assert viewer.post(f"{BASE}/new", data={"name": "x", **LYON}).status_code == 403
    assert viewer.post(f"{BASE}/{segment.id}/delete").status_code == 403


def test_the_people_of_another_workspace_are_never_counted(editor, segment):
    make.contact(make_accounts.workspace(slug="ailleurs", name="Ailleurs"))
    db.session.commit()
    assert (
        '<p class="vo-stat-value">1</p>' in editor.post(f"{BASE}/count", data=LYON).text
    )


def test_among_many_people_those_found_in_a_segment_are_shown_and_counted(
    editor, workspace, monkeypatch
):
    monkeypatch.setattr(counting, "MANY", 1)
    for _ in range(3):
        make.contact(workspace, city="Brest")
    rules = {
        "version": 1,
        "root": {
            "match": "all",
            "rules": [{"subject": "city", "operator": "equals", "value": "Brest"}],
        },
    }
    segment = Segment(workspace_id=workspace.id, name="Brest", rules=rules)
    db.session.add(segment)
    db.session.commit()
    index, own = (
        "/w/maison-tilleul/segments/",
        f"/w/maison-tilleul/segments/{segment.id}",
    )
    assert f'hx-get="{own}/size"' in editor.get(index).text
    assert f'href="{own}?count=now"' in editor.get(index).text
    assert "3 contacts" not in editor.get(own).text
    assert "3 contacts" in editor.get(f"{own}?count=now").text
    with clock.stopped(clock.now()):
        renewing.renew(workspace.id)
    db.session.commit()
    make.contact(workspace, city="Brest", first_name="Nouvelle")
    db.session.commit()
    assert "3 contacts" in editor.get(own).text
    assert "Nouvelle" not in editor.get(own).text
    assert "/size" not in editor.get(index).text
    assert ">4<" in editor.get(f"{own}/size").text


def test_who_asked_for_restriction_is_in_no_segment(editor, workspace):
    make.contact(workspace, city="Brest", restricted_at=clock.now())
    known = queries.catalogue(workspace)
    data = {
        "version": 1,
        "root": {
            "match": "all",
            "rules": [{"subject": "city", "operator": "equals", "value": "Brest"}],
        },
    }
    assert queries.count(workspace, segment_rules.read(data, known)) == 0


def test_a_ready_made_segment_is_used_with_one_click(editor, viewer, segment):
    page = editor.get(f"{BASE}/ready-made").text
    assert f'action="{BASE}/ready-made/new_contacts"' in page
    answer = editor.post(f"{BASE}/ready-made/new_contacts", follow_redirects=True)
    assert "2 contacts" in answer.text
    assert editor.post(f"{BASE}/ready-made/unknown").status_code == 404
    assert viewer.post(f"{BASE}/ready-made/new_contacts").status_code == 403


def test_why_somebody_is_in_it_is_told_to_who_may_see_contacts(
    editor, viewer, workspace, segment
):
    lea, other = db.session.query(Contact).order_by(Contact.id).all()
    page = editor.get(f"{BASE}/{segment.id}/why/{lea.id}").text
    assert "In the segment “De Lyon” now" in page
    assert "City is “Lyon”" in page
    assert (
        "Not in the segment" in editor.get(f"{BASE}/{segment.id}/why/{other.id}").text
    )
    assert viewer.get(f"{BASE}/{segment.id}/why/{lea.id}").status_code == 403
    stranger = make.contact(make_accounts.workspace(slug="ailleurs", name="Ailleurs"))
    db.session.commit()
    assert editor.get(f"{BASE}/{segment.id}/why/{stranger.id}").status_code == 404


def test_among_many_people_an_estimate_comes_first_then_the_count(
    editor, segment, monkeypatch
):
    monkeypatch.setattr(counting, "MANY", 1)
    page = editor.post(f"{BASE}/count", data=LYON).text
    assert "≈" in page
    assert f'hx-post="{BASE}/count/exact"' in page
    exact = editor.post(f"{BASE}/count/exact", data=LYON).text
    assert '<p class="vo-stat-value">1</p>' in exact
    broken = editor.post(f"{BASE}/count/exact", data={**LYON, "0.0.value": ""})
    assert "Write the value" in broken.text


def test_what_clicks_tell_says_among_how_many(editor, workspace):
    mailing = make.mailing_list(workspace)
    make.subscriber(workspace, mailing, clicks=True)
    make.contact(workspace)
    never = {"subject": "clicks", "operator": "never"}
    made = Segment(
        workspace_id=workspace.id,
        name="Sans clic",
        rules={"v": 2, "root": {"match": "all", "rules": [never]}},
    )
    db.session.add(made)
    db.session.commit()
    page = editor.get(f"{BASE}/{made.id}").text
    assert "Among 1 contact who accepts measuring." in page
    assert "1 contact:" in page


def test_a_broken_segment_shows_whom_it_last_held(editor, workspace):
    field = make.attribute(workspace, "tea", "text")
    make.contact(workspace, attributes={"tea": "sencha"}, first_name="Léa")
    about = {"subject": "attribute:tea", "operator": "filled"}
    rules = {"v": 2, "root": {"match": "all", "rules": [about]}}
    made = saving.create(workspace, "Thé", rules)
    db.session.delete(field)
    db.session.commit()
    page = editor.get(f"{BASE}/{made.id}").text
    assert "This segment must be fixed" in page
    assert "Those below were found" in page
    assert "Léa" in page


def test_a_segment_that_is_opened_and_saved_stays_what_it_was(editor, workspace):
    bought = {
        "subject": "purchases",
        "operator": "at_least",
        "value": 2,
        "within": {"last": 90},
        "where": [{"subject": "category", "operator": "equals", "value": "Thé"}],
    }
    cities = {"subject": "city", "operator": "one_of", "value": ["Lyon", "Brest"]}
    size = {"subject": "orders", "operator": "between", "value": [1, 5]}
    data = {"v": 2, "root": {"match": "none", "rules": [bought, cities, size]}}
    made = saving.create(workspace, "Thé", data)
    db.session.commit()
    page = editor.get(f"{BASE}/{made.id}/edit")
    form = posted(page.text)
    assert editor.post(f"{BASE}/{made.id}/edit", data=form).status_code == 303
    db.session.refresh(made)
    assert made.rules == data
    changed = {**form, "0.0.subject": "city", "0.0.operator": "filled"}
    assert editor.post(f"{BASE}/{made.id}/edit", data=changed).status_code == 303
    db.session.refresh(made)
    assert made.rules["root"]["rules"][0] == {"subject": "city", "operator": "filled"}


def test_the_count_follows_every_button_and_work_goes_on_in_the_new_row(
    editor, workspace
):
    db.session.commit()
    bought = {"0.match": "all", "0.0.subject": "purchases", "0.0.value": "2"}
    answer = editor.post(f"{BASE}/new", data={**bought, "do": "part:0.0"})
    assert answer.headers["HX-Trigger-After-Settle"] == "segment-rows"
    assert 'name="0.0.w0.subject"' in answer.text
    assert answer.text.count("autofocus") == 1
    assert "segment-rows from:body" in editor.get(f"{BASE}/new").text


@pytest.mark.parametrize(
    ("wrong", "said", "name"),
    [
        ({"0.0.value": ""}, "Write how often", "0.0.value"),
        (
            {"0.0.span.kind": "last", "0.0.span.last": "0"},
            "Write a number of days",
            "0.0.span.last",
        ),
        (
            {"0.0.w0.subject": "product", "0.0.w0.operator": "equals"},
            "Write the value",
            "0.0.w0.value",
        ),
    ],
)
def test_an_error_stands_beside_its_field(editor, workspace, wrong, said, name):
    db.session.commit()
    bought = {"0.match": "all", "0.0.subject": "purchases", "0.0.value": "2"}
    answer = editor.post(f"{BASE}/new", data={"name": "x", **bought, **wrong})
    assert answer.status_code == 422
    field = answer.text.split(f'name="{name}"')[1].split(">")[0]
    assert 'aria-describedby="bad-rule"' in field
    assert said in answer.text.split('id="bad-rule"')[1]


def test_a_condition_is_built_and_reads_as_a_sentence(editor, workspace):
    db.session.commit()
    bought = {
        "name": "Thé",
        "0.match": "all",
        "0.0.subject": "purchases",
        "0.0.value": "3",
        "0.0.span.kind": "last",
        "0.0.span.last": "90",
        "0.0.w0.subject": "category",
        "0.0.w0.operator": "equals",
        "0.0.w0.value": "Thé",
    }
    page = editor.post(f"{BASE}/new", data=bought, follow_redirects=True).text
    said = "Orders: at least 3, in the last 90 days, where Category is “Thé”"
    assert said in page
