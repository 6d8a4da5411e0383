"""A database that was restored has forgotten what left: nothing goes on by itself."""

import dataclasses
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.engine import make_url

from tests.factories import accounts
from tests.factories import sendings as make
from webapp.app import create_app
from webapp.campaigns import delivering, planning, restoring
from webapp.campaigns.models import Campaign, DatabaseMark, Status
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Kind, Message


@pytest.fixture
def under_way(workspace):
    """A campaign being sent, by a database that knows itself."""
    campaign, _people = make.campaign_for(workspace, 2)
    restoring.look()
    planning.start(campaign)
    db.session.commit()
    return campaign


@contextmanager
def copied(settings):
    """The same database as a dump would bring it back, and an application on it."""
    url = make_url(settings.database_url)
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = :name"
            ),
            {"name": url.database},
        )
        connection.execute(text(f'CREATE DATABASE restored TEMPLATE "{url.database}"'))
    try:
        where = url.set(database="restored").render_as_string(hide_password=False)
        app = create_app(dataclasses.replace(settings, database_url=where))
        with app.app_context():
            yield
            db.session.remove()
            db.engine.dispose()
    finally:
        with engine.connect() as connection:
            connection.execute(text("DROP DATABASE restored WITH (FORCE)"))
        engine.dispose()


def elsewhere():
    """The mark of another database."""
    rewrite(identity="another")


def unseen_for(time):
    """Nobody worked with the database for so long."""
    rewrite(seen_at=DatabaseMark.seen_at - time)


def rewrite(**changes):
    transaction = text("pg_current_xact_id()::text::bigint")
    db.session.execute(update(DatabaseMark).values(written_by=transaction, **changes))
    db.session.commit()


def campaigns():
    return db.session.scalars(select(Campaign).order_by(Campaign.id)).all()


@pytest.mark.covers("delivery-33")
def test_what_was_under_way_in_a_restored_backup_waits_for_a_person(
    settings, under_way, outbox
):
    db.session.remove()
    db.engine.dispose()
    with copied(settings):
        delivering.wake()
        (campaign,) = campaigns()
        assert campaign.status == Status.PAUSED
        assert "backup" in campaign.trouble or "sauvegarde" in campaign.trouble
        assert not restoring.look()
    assert outbox.outbox == []


@pytest.mark.covers("delivery-33")
def test_a_dump_read_back_into_the_same_database_is_told_by_its_transaction(under_way):
    """As `pg_restore --clean` does it: same cluster, same database, rows written anew."""
    rows = "SELECT * FROM database_mark"
    db.session.execute(text(f"CREATE TEMPORARY TABLE dump AS {rows}"))
    db.session.execute(text("TRUNCATE database_mark"))
    db.session.execute(text("INSERT INTO database_mark SELECT * FROM dump"))
    db.session.execute(text("DROP TABLE dump"))
    db.session.commit()
    delivering.wake()
    assert under_way.status == Status.PAUSED


@pytest.mark.covers("delivery-33")
def test_a_wake_up_left_in_the_broker_sends_nothing_from_a_restored_backup(
    under_way, outbox, worker
):
    elsewhere()
    # The jobs of the start are still queued.
    worker()
    assert outbox.outbox == []
    assert under_way.status == Status.PAUSED


@pytest.mark.covers("delivery-33")
def test_a_schedule_that_came_while_the_backup_was_brought_back_asks(workspace):
    campaign, _people = make.campaign_for(workspace, 1)
    later, _others = make.campaign_for(workspace, 1)
    restoring.look()
    planning.schedule(campaign, clock.ahead(minutes=5))
    planning.schedule(later, clock.ahead(hours=5))
    elsewhere()
    # Late by less than the grace: it may have left before the loss all the same.
    with clock.stopped(clock.ahead(minutes=20)):
        planning.start_due()
    assert (campaign.status, bool(campaign.trouble)) == (Status.SCHEDULED, True)
    assert (later.status, later.trouble) == (Status.SCHEDULED, "")


@pytest.mark.covers("delivery-33")
def test_a_machine_that_slept_for_hours_asks_before_it_goes_on(under_way):
    unseen_for(restoring.ASLEEP + timedelta(minutes=1))
    delivering.wake()
    assert under_way.status == Status.PAUSED


def test_a_database_at_work_goes_on(under_way, outbox, worker):
    unseen_for(restoring.ASLEEP - timedelta(minutes=1))
    delivering.wake()
    worker()
    assert len(outbox.outbox) == 2


def test_who_answers_for_the_shop_is_asked_by_mail_once(workspace, under_way):
    owner = accounts.member(workspace, role="owner")
    accounts.member(workspace, role="viewer")
    elsewhere()
    delivering.wake()
    delivering.wake()
    (mail,) = db.session.scalars(
        select(Message).where(Message.kind == Kind.SYSTEM)
    ).all()
    assert mail.recipient == owner.email
    assert mail.content["values"]["campaign_name"] == under_way.name


def test_a_person_has_it_go_on(under_way, outbox, worker):
    elsewhere()
    delivering.wake()
    delivering.resume(under_way)
    assert under_way.trouble == ""
    worker()
    assert len(outbox.outbox) == 2
    assert under_way.status == Status.SENT


def test_the_page_says_why_it_waits(workspace, under_way, owner):
    elsewhere()
    delivering.wake()
    db.session.commit()
    answer = owner.get(f"/w/{workspace.slug}/campaigns/{under_way.id}/progress")
    assert under_way.trouble in answer.text
