"""Site events are kept once each, of people who agreed, for as long as the workspace keeps them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import audience as people
from webapp.core import clock
from webapp.core.db import db
from webapp.purchases import eventing, queries, retaining
from webapp.purchases.eventing import (
    EventFacts,
    EventIsUnreadable,
    NotMeasured,
    TooManyNames,
)
from webapp.purchases.models import SiteEvent


@pytest.fixture
def person(workspace):
    mailing = people.mailing_list(workspace)
    return people.subscriber(workspace, mailing, clicks=True)


def event(name="panier", **more):
    return EventFacts(name, more.pop("at", clock.now()), **more)


def kept():
    return db.session.scalar(select(func.count()).select_from(SiteEvent))


def test_an_event_told_twice_is_kept_once(workspace, person):
    assert eventing.record(workspace, person, event(key="a"))
    assert not eventing.record(workspace, person, event(key="a"))
    assert kept() == 1


@pytest.mark.covers("data-39")
def test_nothing_is_kept_of_whoever_did_not_agree_to_be_measured(workspace):
    with pytest.raises(NotMeasured):
        eventing.record(workspace, people.contact(workspace), event())
    assert kept() == 0


@pytest.mark.covers("data-39")
def test_nothing_is_kept_where_the_workspace_measures_nothing(workspace, person):
    workspace.measures_clicks = False
    with pytest.raises(NotMeasured):
        eventing.record(workspace, person, event())


@pytest.mark.parametrize(
    "wrong",
    [
        event(""),
        event("x" * 61),
        event("a;b"),
        event(key="k" * 81),
        event(properties={str(n): n for n in range(31)}),
    ],
)
def test_what_nobody_could_read_is_refused(workspace, person, wrong):
    with pytest.raises(EventIsUnreadable):
        eventing.record(workspace, person, wrong)


def test_names_are_listed_and_there_is_an_end_to_them(workspace, person, monkeypatch):
    monkeypatch.setattr(eventing, "MOST_NAMES", 2)
    for name in ("visite", "panier", "visite"):
        eventing.record(workspace, person, event(name))
    assert eventing.names(workspace) == ["panier", "visite"]
    with pytest.raises(TooManyNames):
        eventing.record(workspace, person, event("commande 1001"))


def test_events_come_latest_first_and_page_by_page(workspace, person):
    for days in (2, 1, 3):
        at = clock.now() - timedelta(days=days)
        eventing.record(workspace, person, event(f"j{days}", at=at))
    first = queries.events_of(person, limit=2)
    rest = queries.events_of(person, before=first[-1].id)
    assert [one.name for one in (*first, *rest)] == ["j1", "j2", "j3"]


def test_events_older_than_what_is_measured_is_kept_are_erased(
    workspace, person, monkeypatch
):
    monkeypatch.setattr(retaining, "ROWS_AT_ONCE", 1)
    for days in (1, 800, 900):
        at = clock.now() - timedelta(days=days)
        eventing.record(workspace, person, event(f"j{days}", at=at))
    for _ in range(3):
        retaining.retire_events()
    assert db.session.scalars(select(SiteEvent.name)).all() == ["j1"]
