"""How often somebody wants to be written to, until when not at all, and moves to a new address."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    frequency = sa.Column(
        "frequency", sa.String(length=7), server_default="all", nullable=False
    )
    op.add_column("contact", frequency)
    op.add_column("contact", sa.Column("paused_until", sa.Date(), nullable=True))
    op.add_column("contact", sa.Column("last_campaign_at", MOMENT, nullable=True))
    op.add_column(
        "attribute",
        sa.Column(
            "asked_of_people", sa.Boolean(), server_default="false", nullable=False
        ),
    )
    op.create_table(
        "address_change",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("new_address", sa.String(length=254), nullable=False),
        sa.Column("new_address_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("old_address", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("undo_hash", sa.String(length=64), nullable=True),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_address_change_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_address_change_contact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_address_change_token_hash")),
        sa.UniqueConstraint("undo_hash", name=op.f("uq_address_change_undo_hash")),
    )
    for column in ("workspace_id", "contact_id"):
        op.create_index(op.f(f"ix_address_change_{column}"), "address_change", [column])
    op.create_index(
        "ix_address_change_new_address_hash",
        "address_change",
        ["new_address_hash", "requested_at"],
    )
