"""The domains a workspace sends from, with their keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sender_domain",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("return_path_host", sa.String(length=253), nullable=False),
        sa.Column("tracking_host", sa.String(length=253), nullable=False),
        sa.Column("health", sa.String(length=10), nullable=False),
        sa.Column("checks", postgresql.JSONB(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("override_by_id", sa.BigInteger(), nullable=True),
        sa.Column("override_at", sa.DateTime(timezone=True), nullable=True),
        _created_at(),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_sender_domain_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["override_by_id"],
            ["user.id"],
            name=op.f("fk_sender_domain_override_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_domain")),
        sa.UniqueConstraint(
            "workspace_id", "domain", name=op.f("uq_sender_domain_workspace_id_domain")
        ),
    )
    op.create_table(
        "domain_key",
        sa.Column("sender_domain_id", sa.BigInteger(), nullable=False),
        sa.Column("algorithm", sa.String(length=10), nullable=False),
        sa.Column("selector", sa.String(length=63), nullable=False),
        sa.Column("private_key_encrypted", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        _created_at(),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["sender_domain_id"],
            ["sender_domain.id"],
            name=op.f("fk_domain_key_sender_domain_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_key")),
        sa.UniqueConstraint(
            "sender_domain_id",
            "selector",
            name=op.f("uq_domain_key_sender_domain_id_selector"),
        ),
    )


def _created_at() -> sa.Column[object]:
    return sa.Column(
        "created_at",
        sa.DateTime(timezone=True),
        server_default=sa.text("now()"),
        nullable=False,
    )
