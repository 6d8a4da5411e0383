"""How long links work and requests are kept, who never asked, public campaigns, sign-ups that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name, days in (("link_days", "7"), ("purge_days", "30")):
        column = sa.Column(name, sa.SmallInteger(), server_default=days, nullable=False)
        op.add_column("mailing_list", column)
    for name in ("archive_is_open", "archive_is_indexed"):
        column = sa.Column(name, sa.Boolean(), server_default="false", nullable=False)
        op.add_column("mailing_list", column)
    op.add_column("mailing_list", sa.Column("archive_slug", sa.String(60)))
    op.create_unique_constraint(
        op.f("uq_mailing_list_workspace_id_archive_slug"),
        "mailing_list",
        ["workspace_id", "archive_slug"],
    )
    op.add_column("confirmation", sa.Column("sent_again_at", MOMENT))
    op.add_column(
        "campaign",
        sa.Column("is_public", sa.Boolean(), server_default="false", nullable=False),
    )
    op.create_table(
        "confirmation_block",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("blocked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_confirmation_block_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "address_hash", name=op.f("pk_confirmation_block")
        ),
    )
    op.create_index(
        op.f("ix_confirmation_block_blocked_at"), "confirmation_block", ["blocked_at"]
    )
    op.create_table(
        "sign_up",
        sa.Column("widget_version_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["widget_version_id"],
            ["widget_version.id"],
            name=op.f("fk_sign_up_widget_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up")),
    )
    for column in ("widget_version_id", "at"):
        op.create_index(op.f(f"ix_sign_up_{column}"), "sign_up", [column])
