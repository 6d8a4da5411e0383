"""A demo shop goes wholly; nothing else ever goes that way."""

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError

from tests.factories import accounts as make
from tests.factories import audience
from tests.factories import demo as make_demo
from webapp.consent.models import ConsentEvent, ShownText
from webapp.core.db import Model, db
from webapp.demo import loading, removing
from webapp.subscriptions import wording


def filled():
    """How many rows each table has, as far as it has any."""
    counts = {
        table.name: db.session.scalar(select(func.count()).select_from(table))
        for table in Model.metadata.sorted_tables
    }
    return {name: number for name, number in counts.items() if number}


def a_real_shop(workspace):
    mailing = audience.mailing_list(workspace)
    wording.keep(workspace, mailing)
    person = audience.subscriber(workspace, mailing, opens=True)
    db.session.commit()
    return person


def pretend(number):
    db.session.execute(
        text("SELECT set_config('volontiers.removing_workspace', :number, true)"),
        {"number": str(number)},
    )


def test_nothing_of_it_is_left_and_the_others_keep_everything(workspace):
    a_real_shop(workspace)
    owner = make.member(workspace, role="owner")
    db.session.commit()
    before = filled()
    demo = loading.load(owner)
    db.session.commit()
    during = filled()
    assert {"consent_event", "shown_text", "hit", "link", "widget_day"} <= during.keys()
    removing.remove(demo)
    db.session.commit()
    assert filled() == before


def test_one_demo_goes_and_the_other_stays(workspace):
    make_demo.shop(workspace)
    before = filled()
    second, _ = make_demo.shop(workspace)
    removing.remove(second)
    db.session.commit()
    after = filled()
    # The owner of the second shop stays.
    assert after.pop("user") == before.pop("user") + 1
    assert after.pop("membership") == before.pop("membership") + 1
    assert after == before


def test_removing_twice_does_no_harm(workspace):
    demo, _ = make_demo.shop(workspace)
    removing.remove(demo)
    removing.remove(demo)
    assert db.session.scalar(select(func.count()).select_from(ConsentEvent)) == 0


def test_it_can_be_loaded_again(workspace):
    demo, owner = make_demo.shop(workspace)
    removing.remove(demo)
    db.session.commit()
    assert loading.load(owner).slug == "demo"


def test_a_real_shop_is_not_removed(workspace):
    with pytest.raises(removing.NotADemo):
        removing.remove(workspace)


@pytest.mark.parametrize("model", [ConsentEvent, ShownText])
def test_no_setting_lets_a_real_proof_go(workspace, model):
    a_real_shop(workspace)
    for value in (workspace.id, "on", ""):
        pretend(value)
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(delete(model))
        db.session.rollback()


@pytest.mark.parametrize("model", [ConsentEvent, ShownText])
def test_a_proof_of_a_demo_goes_only_while_that_very_demo_is_removed(workspace, model):
    demo, _ = make_demo.shop(workspace)
    for value in ("", "on", workspace.id):
        pretend(value)
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(delete(model).where(model.workspace_id == demo.id))
        db.session.rollback()


def test_not_even_then_is_a_proof_changed(workspace):
    demo, _ = make_demo.shop(workspace)
    pretend(demo.id)
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text("UPDATE consent_event SET method = 'staff'"))
    db.session.rollback()


def test_the_permission_ends_with_the_removal(workspace):
    person = a_real_shop(workspace)
    demo, _ = make_demo.shop(workspace)
    removing.remove(demo)
    setting = text("SELECT current_setting('volontiers.removing_workspace', true)")
    assert db.session.scalar(setting) == ""
    events = ConsentEvent.contact_id == person.id
    assert db.session.scalar(select(func.count()).where(events)) == 2
