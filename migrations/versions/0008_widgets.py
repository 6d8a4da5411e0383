"""Widgets, their versions and daily figures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Proofs rest on it: what was shown stays as it was shown.
NEVER_CHANGED = """
CREATE TRIGGER widget_version_is_never_changed
    BEFORE UPDATE OF widget_id, fingerprint, html, design ON widget_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.create_table(
        "widget",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("mailing_list_id", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("design", postgresql.JSONB(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailing_list_id"],
            ["mailing_list.id"],
            name=op.f("fk_widget_mailing_list_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_widget_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_widget")),
        sa.UniqueConstraint("public_id", name=op.f("uq_widget_public_id")),
    )
    op.create_index(
        op.f("ix_widget_workspace_id"), "widget", ["workspace_id"], unique=False
    )
    op.create_table(
        "widget_day",
        sa.Column("widget_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shown", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started", sa.Integer(), server_default="0", nullable=False),
        sa.Column("submitted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("confirmed", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["widget_id"],
            ["widget.id"],
            name=op.f("fk_widget_day_widget_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("widget_id", "day", name=op.f("pk_widget_day")),
    )
    op.create_table(
        "widget_version",
        sa.Column("widget_id", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("design", postgresql.JSONB(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["widget_id"],
            ["widget.id"],
            name=op.f("fk_widget_version_widget_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_widget_version")),
        sa.UniqueConstraint(
            "widget_id",
            "fingerprint",
            name=op.f("uq_widget_version_widget_id_fingerprint"),
        ),
    )
    op.create_index(
        op.f("ix_widget_version_widget_id"),
        "widget_version",
        ["widget_id"],
        unique=False,
    )
    op.execute(NEVER_CHANGED)
