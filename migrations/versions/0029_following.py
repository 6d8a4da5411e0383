"""Hits by month, links that can be repaired, campaign tags, and how long hits are kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# Months have a schema of their own: a table each, all of them parts of `hit`. The numbers
# come from a sequence: identity columns of partitioned tables need PostgreSQL 17. Nothing asks
# for a hit by its number, so there is no key to keep.
BY_MONTH = """
ALTER TABLE hit RENAME TO hit_before;
CREATE SCHEMA hit_months;
CREATE SEQUENCE hit_number;
SELECT setval('hit_number', coalesce(max(id), 0) + 1, false) FROM hit_before;
CREATE TABLE hit (
    id bigint NOT NULL DEFAULT nextval('hit_number'),
    workspace_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    message_id bigint NOT NULL,
    contact_id bigint,
    link_id bigint,
    at timestamptz NOT NULL,
    by_machine boolean NOT NULL,
    signal varchar(10) NOT NULL DEFAULT ''
) PARTITION BY RANGE (at);
ALTER SEQUENCE hit_number OWNED BY hit.id;
CREATE TABLE hit_months.other PARTITION OF hit DEFAULT;
DO $$
DECLARE month timestamp;
BEGIN
    FOR month IN
        SELECT generate_series(
            greatest(date_trunc('month', coalesce(min(at), now()) AT TIME ZONE 'UTC'),
                     date_trunc('month', now() AT TIME ZONE 'UTC') - interval '10 years'),
            date_trunc('month', now() AT TIME ZONE 'UTC') + interval '3 months',
            '1 month')
        FROM hit_before
    LOOP
        EXECUTE format(
            'CREATE TABLE hit_months.%I PARTITION OF hit FOR VALUES FROM (%L) TO (%L)',
            to_char(month, '"m"YYYY_MM'), month::text || '+00',
            (month + interval '1 month')::text || '+00');
    END LOOP;
END $$;
INSERT INTO hit (id, workspace_id, campaign_id, message_id, contact_id, link_id, at,
    by_machine, signal)
SELECT id, workspace_id, campaign_id, message_id, contact_id, link_id, at, by_machine,
    CASE WHEN by_machine THEN 'agent' ELSE '' END
FROM hit_before;
DROP TABLE hit_before;
CREATE INDEX ix_hit_campaign_id ON hit (campaign_id, link_id, contact_id);
CREATE INDEX ix_hit_contact_id ON hit (contact_id, at);
"""
# What foreign keys did, without a lock on the person or the campaign for each hit written:
# a hit waits for nobody.
LET_GO = """
CREATE FUNCTION forget_whose_hits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE hit SET contact_id = NULL WHERE contact_id IN (SELECT id FROM gone);
    RETURN NULL;
END $$;
CREATE TRIGGER contact_leaves_hits
    AFTER DELETE ON contact REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION forget_whose_hits();
CREATE FUNCTION remove_hits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM hit WHERE campaign_id IN (SELECT id FROM gone);
    RETURN NULL;
END $$;
CREATE TRIGGER campaign_takes_hits
    AFTER DELETE ON campaign REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION remove_hits();
"""


def upgrade() -> None:
    op.execute(BY_MONTH)
    op.execute(LET_GO)
    _add_to_links()
    _add_settings()
    op.create_table(
        "kept_report",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        _key("kept_report", "campaign_id", "campaign"),
        _key("kept_report", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_kept_report")),
    )


def _add_to_links() -> None:
    op.add_column(
        "link",
        sa.Column("leads_to", sa.Text(), server_default="", nullable=False),
    )
    op.add_column(
        "link",
        sa.Column("is_trap", sa.Boolean(), server_default="false", nullable=False),
    )
    op.create_table(
        "link_repair",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _key("link_repair", "workspace_id", "workspace"),
        _key("link_repair", "link_id", "link"),
        _key("link_repair", "user_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_repair")),
    )
    op.create_index(
        op.f("ix_link_repair_link_id"), "link_repair", ["link_id"], unique=False
    )


def _add_settings() -> None:
    op.add_column(
        "workspace",
        sa.Column("sets_traps", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column(
        "workspace",
        sa.Column("keeps_hits", sa.SmallInteger(), server_default="25", nullable=False),
    )
    op.add_column("campaign", sa.Column("link_tags", postgresql.JSONB()))
    op.create_table(
        "tagging",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("medium", sa.String(length=120), nullable=False),
        sa.Column("campaign", sa.String(length=120), nullable=False),
        sa.Column("content", sa.String(length=120), nullable=False),
        sa.Column("sites", postgresql.JSONB(), nullable=False),
        _key("tagging", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_tagging")),
    )


def _key(
    table: str, column: str, other: str, deleted: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=deleted
    )
