"""What widgets ask: partners by name, a parent's word for a child, words in other languages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# What was shown stays as it was shown, its sentences too.
NEVER_CHANGED = """
DROP TRIGGER widget_version_is_never_changed ON widget_version;
CREATE TRIGGER widget_version_is_never_changed
    BEFORE UPDATE OF widget_id, fingerprint, html, design, texts ON widget_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.create_table(
        "partner",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("privacy_url", sa.String(length=500), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("texts", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column(
            "created_at", MOMENT, server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["purpose_id"], ["purpose.id"], name=op.f("fk_partner_purpose_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_partner_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("purpose_id", name=op.f("uq_partner_purpose_id")),
    )
    op.create_index(op.f("ix_partner_workspace_id"), "partner", ["workspace_id"])
    op.create_table(
        "parental_request",
        sa.Column("confirmation_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmation_id"],
            ["confirmation.id"],
            name=op.f("fk_parental_request_confirmation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parental_request")),
        sa.UniqueConstraint(
            "confirmation_id", name=op.f("uq_parental_request_confirmation_id")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_parental_request_token_hash")),
    )
    op.create_index(
        "ix_parental_request_address_hash",
        "parental_request",
        ["address_hash", "requested_at"],
    )
    for table in ("mailing_list", "widget_version"):
        op.add_column(
            table,
            sa.Column("texts", postgresql.JSONB(), server_default="{}", nullable=False),
        )
    op.execute(NEVER_CHANGED)
