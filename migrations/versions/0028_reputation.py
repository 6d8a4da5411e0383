"""Thresholds that pause a campaign, figures by day, and suppressions with their origin."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tell_where_suppressions_come_from()
    _take_suppressions_from_files()
    _count_mail_by_day()
    _pause_and_alarm()


def _tell_where_suppressions_come_from() -> None:
    op.add_column(
        "suppression",
        sa.Column("origin", sa.String(12), server_default="", nullable=False),
    )
    op.add_column("suppression", sa.Column("campaign_id", sa.BigInteger()))
    op.create_foreign_key(
        op.f("fk_suppression_campaign_id"),
        "suppression",
        "campaign",
        ["campaign_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(
        "ix_suppression_campaign_id",
        "suppression",
        ["campaign_id"],
        postgresql_where=sa.text("campaign_id IS NOT NULL"),
    )
    op.create_index(
        "ix_suppression_workspace_id_reason", "suppression", ["workspace_id", "reason"]
    )


def _take_suppressions_from_files() -> None:
    op.create_table(
        "suppression_import",
        _number("workspace_id"),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _count("total"),
        _count("done"),
        _count("added"),
        _count("known"),
        sa.Column(
            "faults",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        _moment("asked_at", server_default=sa.text("now()")),
        _moment("moved_at", server_default=sa.text("now()")),
        _moment("finished_at", nullable=True),
        sa.Column("trouble", sa.String(20), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _key("suppression_import", "workspace_id", "workspace"),
        _key("suppression_import", "user_id", "user", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression_import")),
    )
    op.create_index(
        "ix_suppression_import_workspace_id",
        "suppression_import",
        ["workspace_id", "id"],
    )


def _count_mail_by_day() -> None:
    op.create_table(
        "mail_day",
        _number("campaign_id"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("provider", sa.String(12), nullable=False),
        _number("workspace_id"),
        sa.Column("sender_domain", sa.String(253), nullable=False),
        *(
            _count(name)
            for name in (
                *("delivered", "deferred", "hard", "soft", "policy"),
                *("complaints", "unsubscribed"),
            )
        ),
        sa.Column("said", sa.String(300), nullable=False),
        _key("mail_day", "campaign_id", "campaign"),
        _key("mail_day", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint(
            "campaign_id", "day", "provider", name=op.f("pk_mail_day")
        ),
    )
    op.create_index("ix_mail_day_workspace_id_day", "mail_day", ["workspace_id", "day"])


def _pause_and_alarm() -> None:
    op.create_table(
        "pause_rule",
        _number("workspace_id"),
        sa.Column("bounces", sa.Numeric(4, 2), nullable=False),
        sa.Column("complaints", sa.Numeric(4, 2), nullable=False),
        _count("least"),
        _key("pause_rule", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_pause_rule")),
    )
    op.create_table(
        "campaign_pause",
        _number("campaign_id"),
        _moment("paused_at"),
        _count("handed"),
        _count("bounces"),
        _count("complaints"),
        _moment("resumed_at", nullable=True),
        _key("campaign_pause", "campaign_id", "campaign"),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaign_pause")),
    )
    op.create_table(
        "sending_alarm",
        _number("workspace_id"),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("provider", sa.String(12), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        _number("times"),
        _moment("first_at"),
        _moment("last_at"),
        _moment("mailed_at", nullable=True),
        _moment("closed_at", nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _key("sending_alarm", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_alarm")),
    )
    op.create_index(
        "uq_sending_alarm_open",
        "sending_alarm",
        ["workspace_id", "kind", "provider"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_sending_alarm_workspace_id", "sending_alarm", ["workspace_id", "id"]
    )


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _moment(
    name: str, *, nullable: bool = False, server_default: sa.TextClause | None = None
) -> sa.Column[object]:
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        nullable=nullable,
        server_default=server_default,
    )


def _key(
    table: str, column: str, to: str, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{to}.id"],
        name=op.f(f"fk_{table}_{column}"),
        ondelete=ondelete,
    )
