"""A table for each month: made ahead, never in anybody's way, dropped when it is empty."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError

from tests.factories import audience, campaigns
from webapp.analytics import retiring
from webapp.core import clock
from webapp.core.db import db
from webapp.messages import hit_months
from webapp.messages.models import Hit

FAR = datetime(2041, 5, 9, 12, tzinfo=UTC)


@pytest.fixture
def message(workspace):
    mailing = audience.mailing_list(workspace)
    campaign = campaigns.campaign(workspace, mailing_list_id=mailing.id)
    return campaigns.message(campaign, audience.subscriber(workspace, mailing))


def table_of(hit):
    return db.session.scalar(
        select(text("tableoid::regclass::text"))
        .select_from(Hit)
        .where(Hit.id == hit.id)
    )


def test_this_month_and_the_next_three_are_there(app):
    with clock.stopped(FAR):
        hit_months.make_ahead()
        hit_months.make_ahead()
    made = [date(2041, 5 + number, 1) for number in range(4)]
    assert [month for month in hit_months.known() if month.year == 2041] == made


def test_a_hit_of_a_month_without_a_table_is_kept_and_moves_in_when_it_is_made(message):
    hit = campaigns.hit(message, at=FAR)
    assert table_of(hit) == "hit_months.other"
    with clock.stopped(FAR):
        hit_months.make_ahead()
    assert table_of(hit) == "hit_months.m2041_05"


def test_only_a_month_in_which_nothing_is_left_is_dropped(message):
    with clock.stopped(FAR):
        hit_months.make_ahead()
    hit = campaigns.hit(message, at=FAR)
    june, july = date(2041, 6, 1), date(2041, 7, 1)
    gone = hit_months.drop_empty(july)
    assert june in gone
    assert date(2041, 5, 1) not in gone
    db.session.delete(hit)
    db.session.flush()
    assert date(2041, 5, 1) in hit_months.drop_empty(june)


def test_whoever_reads_for_long_stops_neither_the_next_hits_nor_the_job(
    app, message, database_url
):
    campaigns.hit(message)
    db.session.commit()
    engine = create_engine(database_url)
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM hit"))
        with clock.stopped(FAR), pytest.raises(OperationalError):
            hit_months.drop_empty(date(2041, 1, 1))
        db.session.rollback()
        retiring.tend_months()
        campaigns.hit(message)
        db.session.commit()
    engine.dispose()
    assert db.session.query(Hit).count() == 2
