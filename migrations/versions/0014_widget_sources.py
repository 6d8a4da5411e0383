"""Links to widgets that are told apart, and what is entered at the shop counter."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "widget_source",
        sa.Column("widget_id", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column(
            "created_at", MOMENT, server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["widget_id"],
            ["widget.id"],
            name=op.f("fk_widget_source_widget_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_widget_source")),
        sa.UniqueConstraint(
            "widget_id", "mark", name=op.f("uq_widget_source_widget_id_mark")
        ),
    )
    op.create_table(
        "widget_source_day",
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(
            sa.Column(what, sa.Integer(), server_default="0", nullable=False)
            for what in ("shown", "submitted", "confirmed")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["widget_source.id"],
            name=op.f("fk_widget_source_day_source_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_id", "day", name=op.f("pk_widget_source_day")),
    )
    _counter()


def _counter() -> None:
    op.create_table(
        "counter_entry",
        sa.Column("widget_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("confirmation_id", sa.BigInteger(), nullable=True),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("filled", postgresql.JSONB(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["widget_id"],
            ["widget.id"],
            name=op.f("fk_counter_entry_widget_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_counter_entry_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_entry")),
    )
    op.create_index("ix_counter_entry_widget_id", "counter_entry", ["widget_id", "at"])
    op.create_index("ix_counter_entry_user_id", "counter_entry", ["user_id", "at"])
