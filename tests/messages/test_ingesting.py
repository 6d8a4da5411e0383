"""Hits wait for nobody: whatever reads for long or holds people and campaigns."""

import dataclasses

import pytest
from sqlalchemy import create_engine, select, text

from tests.factories import audience, campaigns
from webapp.campaigns import following
from webapp.core import clock
from webapp.core.db import db
from webapp.messages import ingesting, journal
from webapp.messages.models import Hit, JournalFile

# What a report reads, and what a merge, an erasure or a start holds.
HELD = ("contact", "campaign", "workspace", "message", "link", "consent_state")


@pytest.fixture
def directory(app, settings, tmp_path, monkeypatch):
    """A journal of this test's own."""
    own = dataclasses.replace(settings, data_dir=tmp_path)
    monkeypatch.setitem(app.extensions, "settings", own)
    return own.journal_dir


@pytest.fixture
def measured(directory, workspace):
    """Somebody's message, the link in it, and who writes hits down."""
    mailing = audience.mailing_list(workspace)
    campaign = campaigns.campaign(workspace, mailing_list_id=mailing.id)
    (link,) = following.store(campaign, ["https://shop.example/"])
    person = audience.subscriber(workspace, mailing, opens=True, clicks=True)
    message = campaigns.message(
        campaign,
        person,
        tracks_opens=True,
        tracks_clicks=True,
        finished_at=clock.ago(hours=1),
    )
    db.session.commit()
    return message.id, link, journal.Writer(directory)


def test_a_hit_waits_neither_for_a_long_report_nor_for_whoever_holds_its_rows(
    measured, database_url
):
    message, link, writer = measured
    engine = create_engine(database_url, isolation_level="REPEATABLE READ")
    with engine.connect() as other:
        other.execute(text("SELECT count(*) FROM hit"))
        for table in HELD:
            other.execute(text(f"SELECT * FROM {table} FOR UPDATE"))
        writer.write(message, 0, "h")
        writer.write(message, link, "h")
        ingesting.ingest()
        db.session.commit()
    engine.dispose()
    assert db.session.query(Hit).count() == 2


def test_more_than_fits_into_one_take_is_taken_in_turns(
    measured, directory, monkeypatch, worker
):
    message, link, _writer = measured
    monkeypatch.setattr(ingesting, "MOST_BYTES", 60)
    begun = int(clock.ago(minutes=2).timestamp())
    lines = [f"{message} {link} {begun + 5 * turn}000 h\n" for turn in range(9)]
    directory.mkdir()
    (directory / f"{begun:010d}-shop.hits").write_text("".join(lines))
    ingesting.ingest()
    worker()
    assert db.session.query(Hit).count() == 9


def test_a_file_that_nobody_writes_in_any_more_is_shortened_read_and_removed(
    measured, directory
):
    message, link, writer = measured
    writer.write(message, link, "h")
    writer._until = 0
    writer.write(message, 0, "h")
    old, new = journal.files(directory)
    if not journal.is_settled(old):
        old, new = new, old
    assert old.stat().st_size == journal.used(old)
    assert new.stat().st_size == journal.ROOM
    for _ in range(2):
        ingesting.ingest()
        db.session.commit()
    assert journal.files(directory) == [new]
    assert db.session.query(Hit).count() == 2
    assert len(db.session.scalars(select(JournalFile)).all()) == 2
