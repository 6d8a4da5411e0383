"""The figures of a contact follow what happens, and are those a rebuild works out from nothing."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, func, select, text, update

from tests.factories import audience as people
from tests.factories import campaigns as mails
from tests.factories import purchases as make
from tests.factories import subscriptions as say
from webapp.consent import gate, purposes
from webapp.consent.models import State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Hit, Message
from webapp.purchases import (
    eventing,
    figures,
    ordering,
    queries,
    rebuilding,
    refreshing,
)
from webapp.purchases.eventing import EventFacts
from webapp.purchases.facts import ReturnFacts
from webapp.purchases.models import ContactStats, Order, StatsDue, Status

NOW = make.noon(2026, 11, 20)


@pytest.fixture(autouse=True)
def _today():
    with clock.stopped(NOW):
        yield


def refresh():
    """What the worker does, some time after the last mail left."""
    db.session.flush()
    db.session.execute(update(StatsDue).values(at=NOW - timedelta(hours=1)))
    refreshing.refresh()
    db.session.expire_all()


def stats(contact):
    return queries.figures_of(contact).stats


def test_a_new_contact_is_a_prospect_of_noughts(workspace):
    person = people.contact(workspace)
    assert (stats(person).orders, stats(person).stage) == (0, "prospect")
    refresh()
    found = db.session.get(ContactStats, person.id)
    assert (found.orders, found.revenue, found.stage) == (0, 0, "prospect")


def test_only_orders_that_count_are_counted(workspace):
    person = people.contact(workspace)
    for days, status in enumerate(Status):
        placed_at = NOW - timedelta(days=days)
        make.order(workspace, person, status=status, placed_at=placed_at)
    refresh()
    assert (stats(person).orders, stats(person).revenue) == (2, Decimal(80))
    assert stats(person).average_gap_days == 1


def test_a_return_takes_revenue_away_and_a_cancelled_order_all_of_it(workspace):
    person = people.contact(workspace)
    order = make.order(workspace, person)
    ordering.take_back(order, ReturnFacts("R", NOW, Decimal(15)))
    refresh()
    assert stats(person).revenue == Decimal(25)
    ordering.correct(order, {"status": Status.CANCELLED.value}, by=make.STAFF)
    refresh()
    assert (stats(person).revenue, stats(person).stage) == (0, "prospect")


def test_an_order_in_another_currency_is_a_purchase_whose_amount_is_not_added(
    workspace,
):
    person = people.contact(workspace)
    make.order(workspace, person)
    make.order(workspace, person, currency="chf", total=Decimal(900))
    refresh()
    found = queries.figures_of(person)
    assert (found.stats.orders, found.stats.orders_elsewhere) == (2, 1)
    assert (found.stats.revenue, found.basket) == (Decimal(40), Decimal(40))


def test_an_order_that_moves_to_somebody_else_changes_both(workspace):
    first, second = people.contact(workspace), people.contact(workspace)
    order = make.order(workspace, first)
    refresh()
    ordering.correct(order, {"contact_id": second.id}, by=make.STAFF)
    refresh()
    assert (stats(first).orders, stats(second).orders) == (0, 1)


@pytest.fixture
def measured(workspace):
    mailing = people.mailing_list(workspace)
    person = people.subscriber(workspace, mailing, opens=True, clicks=True)
    campaign = mails.campaign(workspace, mailing_list_id=mailing.id)
    message = mails.message(campaign, person, status="sending")
    message.status, message.finished_at = "sent", NOW - timedelta(days=2)
    db.session.flush()
    mails.hit(message)
    mails.hit(message, link=mails.link(campaign))
    mails.hit(message, by_machine=True)
    told = EventFacts("panier", NOW - timedelta(hours=1), key="a1")
    eventing.record(workspace, person, told)
    return person


def of_measuring(contact):
    found = stats(contact)
    return found.opens, found.clicks, found.events


def test_mails_hits_and_site_events_of_whoever_agrees_are_counted(measured):
    refresh()
    assert of_measuring(measured) == (1, 1, 1)
    assert (stats(measured).sent, stats(measured).last_sent_at) == (
        1,
        NOW - timedelta(days=2),
    )


@pytest.mark.covers("data-39")
def test_who_withdraws_is_in_no_figure_at_once_nor_after_a_rebuild(workspace, measured):
    refresh()
    asked = purposes.measuring(workspace)
    say.says(measured, asked.clicks, State.WITHDRAWN)
    db.session.expire_all()
    assert of_measuring(measured) == (1, None, None)
    say.says(measured, asked.opens, State.WITHDRAWN)
    db.session.expire_all()
    assert of_measuring(measured) == (None, None, None)
    refresh()
    rebuilding.rebuild(workspace)
    db.session.expire_all()
    assert of_measuring(measured) == (None, None, None)


@pytest.mark.covers("data-39")
def test_nobody_is_measured_where_the_workspace_stopped_measuring(workspace, measured):
    rebuilding.rebuild(workspace)
    workspace.measures_clicks = workspace.measures_opens = False
    rebuilding.rebuild(workspace)
    db.session.expire_all()
    assert of_measuring(measured) == (None, None, None)


@pytest.mark.covers("data-39")
def test_the_figures_of_restricted_people_say_nothing_of_what_was_measured(
    workspace, measured
):
    refresh()
    measured.restricted_at = NOW
    refresh()
    assert of_measuring(measured) == (None, None, None)


@pytest.mark.covers("data-39")
def test_the_day_kept_of_people_who_said_nothing_is_in_no_figure(workspace):
    person = people.contact(workspace)
    person.last_open_on = NOW.date()
    rebuilding.rebuild(workspace)
    db.session.expire_all()
    assert (stats(person).opens, stats(person).last_open_at) == (None, None)


def rows():
    """Every row, but for when it was worked out."""
    table = ContactStats.__table__
    columns = [one for one in table.c if one.name != "computed_at"]
    return db.session.execute(select(*columns).order_by(table.c.contact_id)).all()


def happen(workspace, everybody, campaign, link, dice):
    """One thing that changes somebody's figures."""
    person = dice.choice(everybody)
    at = NOW - timedelta(days=dice.randrange(500), minutes=dice.randrange(1440))
    match dice.randrange(9):
        case 0 | 1 | 2:
            make.order(
                workspace,
                person,
                placed_at=at,
                total=Decimal(dice.randrange(10, 90)),
                status=dice.choice([*Status, Status.PAID]),
                currency=dice.choice(["EUR", "EUR", "CHF"]),
            )
        case 3:
            db.session.execute(
                update(Order)
                .where(Order.contact_id == person.id)
                .values(status=dice.choice(list(Status)))
            )
        case 4:
            some = select(func.min(Order.id)).where(Order.contact_id == person.id)
            db.session.execute(delete(Order).where(Order.id == some.scalar_subquery()))
        case 5:
            asked = purposes.measuring(workspace)
            purpose = dice.choice([asked.opens, asked.clicks])
            say.says(person, purpose, dice.choice([State.GIVEN, State.WITHDRAWN]))
        case 6:
            if eventing.is_measured(workspace, person):
                eventing.record(workspace, person, EventFacts("visite", at))
        case 7:
            message = db.session.scalar(
                select(Message).where(Message.contact_id == person.id)
            )
            message.status, message.finished_at = "sent", at
            db.session.flush()
        case 8:
            message = db.session.scalar(
                select(Message).where(Message.contact_id == person.id)
            )
            mails.hit(message, link=dice.choice([None, link]), at=at)


@pytest.mark.covers("data-39")
@pytest.mark.parametrize("seed", range(4))
def test_the_figures_kept_on_the_way_equal_those_of_a_rebuild(workspace, seed):
    dice = random.Random(seed)
    everybody = [people.contact(workspace) for _ in range(12)]
    campaign = mails.campaign(workspace)
    link = mails.link(campaign)
    for person in everybody:
        mails.message(campaign, person, status="sending")
    rebuilding.rebuild(workspace)
    for number in range(60):
        happen(workspace, everybody, campaign, link, dice)
        if number % 7 == 0:
            refresh()
    refresh()
    kept = rows()
    rules = rebuilding.customer_rules.kept(workspace)
    bounds = list(rules.r_bounds), list(rules.m_bounds), rules.ambassador_revenue
    db.session.execute(delete(ContactStats))
    # Worked out again, for everybody, with the same bounds.
    worked_out = figures.of(workspace, rules).cte("worked_out")
    rebuilding.keeping.write(workspace, rules, worked_out)
    assert rows() == kept
    assert any(row.orders for row in kept)
    # And nobody who does not agree now has a figure of what was measured.
    asked = purposes.measuring(workspace)
    opens = set(db.session.scalars(gate.agreeing(asked.opens)))
    clicks = set(db.session.scalars(gate.agreeing(asked.clicks)))
    assert {row.contact_id for row in kept if row.opens is not None} == opens
    assert {row.contact_id for row in kept if row.clicks is not None} == clicks
    assert {row.contact_id for row in kept if row.events is not None} == clicks
    assert bounds == (rules.r_bounds, rules.m_bounds, rules.ambassador_revenue)


def test_a_rebuild_finds_what_was_wrong_and_counts_it(workspace):
    person, other = people.contact(workspace), people.contact(workspace)
    make.order(workspace, person)
    refresh()
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    make.order(workspace, other)
    db.session.execute(text("SET LOCAL session_replication_role = DEFAULT"))
    rules = rebuilding.customer_rules.kept(workspace)
    rules.counts_opens = rules.counts_clicks = True
    rebuilding.rebuild(workspace)
    db.session.expire_all()
    assert (rules.drift, stats(other).orders) == (1, 1)
    rebuilding.rebuild(workspace)
    assert rules.drift == 0


def test_what_waits_to_be_worked_out_is_not_wrong(workspace):
    person = people.contact(workspace)
    refresh()
    make.order(workspace, person)
    rules = rebuilding.customer_rules.kept(workspace)
    rules.counts_opens = rules.counts_clicks = True
    rebuilding.rebuild(workspace)
    assert rules.drift == 0


def test_so_many_marks_that_they_are_taken_in_turns_are_all_taken(
    workspace, monkeypatch
):
    monkeypatch.setattr(refreshing, "MOST_PEOPLE", 3)
    people_there = [people.contact(workspace) for _ in range(4)]
    marks = [[one.id for one in people_there], [people_there[0].id]]
    db.session.execute(delete(StatsDue))
    for one in marks:
        db.session.add(StatsDue(workspace_id=workspace.id, contact_ids=one))
    for _ in range(3):
        refresh()
    assert len(rows()) == 4
    assert db.session.scalar(select(func.count()).select_from(StatsDue)) == 0


def test_more_people_than_are_worth_looking_up_are_rebuilt_at_once(
    workspace, monkeypatch
):
    monkeypatch.setattr(refreshing, "REBUILD_FROM", 1)
    for _ in range(3):
        people.contact(workspace)
    refresh()
    assert len(rows()) == 3
    assert rebuilding.customer_rules.kept(workspace).rebuilt_at == NOW


def test_marks_of_a_workspace_that_is_gone_are_forgotten(app):
    db.session.add(StatsDue(workspace_id=4711, contact_ids=[1, 2]))
    refresh()
    assert db.session.scalar(select(func.count()).select_from(StatsDue)) == 0


def test_mails_of_a_campaign_that_leaves_wait_until_it_is_over(workspace):
    person = people.contact(workspace)
    campaign = mails.campaign(workspace)
    message = mails.message(campaign, person, status="sending")
    refresh()
    message.status, message.finished_at = "sent", NOW
    db.session.flush()
    db.session.execute(update(StatsDue).values(at=NOW))
    refreshing.refresh()
    assert db.session.scalar(select(StatsDue.is_mail)) is True
    with clock.stopped(NOW + timedelta(seconds=refreshing.MAIL_IS_OVER + 1)):
        refreshing.refresh()
    db.session.expire_all()
    assert stats(person).sent == 1


def test_a_contact_who_is_deleted_takes_everything_along(workspace):
    person = people.contact(workspace)
    make.order(workspace, person)
    refresh()
    db.session.execute(delete(Contact).where(Contact.id == person.id))
    refresh()
    assert rows() == []
    assert db.session.scalar(select(func.count()).select_from(Hit)) == 0
