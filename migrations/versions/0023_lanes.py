"""What each mailbox provider takes of us, by mail server."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_NOW = sa.text("now()")


def _moment(name: str, *, nullable: bool) -> "sa.Column[object]":
    default = None if nullable else _NOW
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=default, nullable=nullable
    )


def upgrade() -> None:
    op.create_table(
        "lane",
        sa.Column("mail_server_id", sa.BigInteger(), nullable=True),
        sa.Column("provider", sa.String(length=12), nullable=False),
        sa.Column("is_adjusted", sa.Boolean(), nullable=False),
        sa.Column("connections", sa.Integer(), nullable=False),
        sa.Column("messages_per_connection", sa.Integer(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=True),
        sa.Column("daily_cap", sa.Integer(), nullable=True),
        sa.Column("warm_up_from", sa.Date(), nullable=True),
        sa.Column("warm_up_step", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        _moment("filled_at", nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("taken_today", sa.Integer(), nullable=False),
        sa.Column("bounced_today", sa.Integer(), nullable=False),
        sa.Column("refused_today", sa.Integer(), nullable=False),
        sa.Column("recent", sa.Float(), nullable=False),
        _moment("heard_at", nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("slowed_from", sa.Float(), nullable=True),
        sa.Column("connections_now", sa.Integer(), nullable=True),
        _moment("adapted_at", nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("closings", sa.Integer(), nullable=False),
        _moment("closed_until", nullable=True),
        sa.Column("probing", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_server_id"],
            ["mail_server.id"],
            name=op.f("fk_lane_mail_server_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane")),
    )
    op.create_index(
        "uq_lane_mail_server_id_provider",
        "lane",
        ["mail_server_id", "provider"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "domain_provider",
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("provider", sa.String(length=12), nullable=False),
        _moment("checked_at", nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_domain_provider")),
    )
