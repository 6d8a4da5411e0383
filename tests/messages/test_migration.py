"""Hits of before are hits of their month, and forget people and campaigns as they did."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url, text

from config.settings import ROOT

HITS = """
SET session_replication_role = replica;
INSERT INTO campaign (id, workspace_id, name, status, sender_name, sender_email, reply_to,
    subject, preheader, mjml, locale, measures_opens, measures_clicks)
VALUES (3, 1, '', 'sent', '', '', '', '', '', '', 'fr', true, true);
INSERT INTO contact (id, workspace_id, email, civility, first_name, last_name, phone,
    postcode, city, country, language, source)
VALUES (5, 1, 'anne@shop.example', '', '', '', '', '', '', 'FR', 'fr', '');
INSERT INTO hit (workspace_id, campaign_id, message_id, contact_id, link_id, at, by_machine)
VALUES (1, 3, 7, 5, NULL, '2025-12-31 23:59:59.9+00', false),
       (1, 3, 7, 5, 2, '2026-01-01 00:00+00', true),
       (1, 3, 8, NULL, NULL, '1999-06-01 00:00+00', false);
SET session_replication_role = origin;
"""
MOVED = """
SELECT tableoid::regclass::text AS part, id, message_id, link_id, by_machine, signal
FROM hit ORDER BY at
"""


@pytest.fixture
def upgraded(database_url):
    """A database with hits in it, brought from the migration before to this one."""
    server = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE hits_of_before"))
    url = make_url(database_url).set(database="hits_of_before")
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    config.attributes["url"] = url.render_as_string(hide_password=False)
    engine = create_engine(url)
    try:
        command.upgrade(config, "0028")
        with engine.begin() as connection:
            connection.execute(text(HITS))
        command.upgrade(config, "0029")
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
        with server.connect() as connection:
            connection.execute(text("DROP DATABASE hits_of_before WITH (FORCE)"))
        server.dispose()


def test_each_hit_moves_to_its_month_and_new_ones_are_numbered_on(upgraded):
    rows = [tuple(row) for row in upgraded.execute(text(MOVED))]
    assert rows == [
        ("hit_months.other", 3, 8, None, False, ""),
        ("hit_months.m2025_12", 1, 7, None, False, ""),
        ("hit_months.m2026_01", 2, 7, 2, True, "agent"),
    ]
    added = "INSERT INTO hit (workspace_id, campaign_id, message_id, at, by_machine)"
    number = upgraded.scalar(
        text(added + " VALUES (1, 3, 9, now(), false) RETURNING id")
    )
    assert number == 4
    upgraded.execute(text("DELETE FROM contact"))
    assert not upgraded.scalar(text("SELECT count(contact_id) FROM hit"))
    upgraded.execute(text("DELETE FROM campaign"))
    assert not upgraded.scalar(text("SELECT count(*) FROM hit"))
