"""Segments that are ready to be used."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.contacts import counting
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.purchases.models import Order
from webapp.segments import describing, queries, ready_made, rules

NOW = datetime(2026, 11, 10, 8, tzinfo=UTC)


def keys(workspace):
    return {one.key for one in ready_made.offered(workspace)}


def test_only_what_the_data_answer_is_proposed(workspace):
    assert keys(workspace) == set()
    person = make.contact(workspace)
    assert keys(workspace) == {"new_contacts", "incomplete"}
    person.birth_date = date(1990, 11, 20)
    assert {"birthdays", "birthdays_soon"} <= keys(workspace)
    person.siren = "732829320"
    person.postcode = "44000"
    workspace.postcode = "44100"
    assert {"companies", "neighbours"} <= keys(workspace)
    workspace.postcode = "97400"
    assert "neighbours" not in keys(workspace)


def test_orders_and_clicks_bring_their_own(workspace):
    person = make.contact(workspace)
    order = Order(
        workspace_id=workspace.id,
        contact_id=person.id,
        number="1",
        placed_at=NOW,
        total=Decimal(10),
    )
    db.session.add(order)
    db.session.flush()
    assert {"loyal", "at_risk", "never", "big_baskets"} <= keys(workspace)
    assert "clicked" not in keys(workspace)
    campaign = make_campaigns.campaign(workspace)
    message = make_campaigns.message(campaign, person)
    make_campaigns.hit(message, link=make_campaigns.link(campaign))
    assert "clicked" in keys(workspace)
    workspace.measures_clicks = False
    assert "clicked" not in keys(workspace)


@pytest.mark.parametrize("one", ready_made.EVERY, ids=lambda one: one.key)
def test_each_is_used_with_one_click(workspace, one):
    workspace.postcode = "44100"
    make.contact(workspace, postcode="44000")
    with clock.stopped(NOW):
        segment = ready_made.use(workspace, one.key)
    known = queries.catalogue(workspace)
    assert segment.trouble == ""
    assert describing.sentence(rules.read(segment.rules, known), known)
    assert segment.people is not None


def test_birthdays_of_this_month_are_those(workspace):
    born = [date(1990, 11, 1), date(1985, 11, 30), date(2000, 10, 31), None]
    for day in born:
        make.contact(workspace, birth_date=day)
    with clock.stopped(NOW):
        assert ready_made.use(workspace, "birthdays").people == 2


def test_among_many_people_the_sample_is_asked_what_there_is(workspace, monkeypatch):
    monkeypatch.setattr(counting, "MANY", 0)
    for _ in range(300):
        make.contact(workspace, birth_date=date(1990, 1, 1))
    assert "birthdays" in keys(workspace)


def test_there_is_no_other(workspace):
    with pytest.raises(NotFound):
        ready_made.use(workspace, "; DROP TABLE segment")
