"""What the sending engine keeps of a message on its way."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliverer",
        sa.Column("lease", sa.String(60), primary_key=True),
        sa.Column(
            "campaign_id",
            sa.BigInteger,
            sa.ForeignKey("campaign.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("mail_server_id", sa.BigInteger),
        sa.Column("provider", sa.String(12), nullable=False),
        sa.Column("lane_id", sa.BigInteger, nullable=False),
        sa.Column("waits", sa.Boolean, nullable=False),
        sa.Column("in_flight", ARRAY(sa.BigInteger), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True)),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_deliverer_campaign_id", "deliverer", ["campaign_id"])
    op.add_column("campaign", sa.Column("served_at", sa.DateTime(timezone=True)))
    op.add_column(
        "message",
        sa.Column(
            "provider", sa.String(12), nullable=False, server_default=sa.text("'other'")
        ),
    )
    op.add_column("message", sa.Column("mail_server_id", sa.BigInteger))
    # Nobody may have a message in hand in the old way when the new one begins.
    op.execute(
        "UPDATE message SET status = CASE WHEN status = 'claimed' THEN 'pending'"
        " ELSE 'uncertain' END, leased_by = NULL, leased_until = NULL,"
        " finished_at = CASE WHEN status = 'sending' THEN now() END"
        " WHERE status IN ('claimed', 'sending') AND campaign_id IS NOT NULL"
    )
    op.drop_index("ix_message_due", table_name="message")
    op.create_index(
        "ix_message_due",
        "message",
        ["campaign_id", "provider", "not_before", "id"],
        postgresql_where=sa.text("status IN ('pending', 'deferred')"),
    )
    op.drop_index("ix_message_leased", table_name="message")
    op.create_index(
        "ix_message_leased",
        "message",
        ["leased_until"],
        postgresql_where=sa.text("status = 'sending'"),
    )
    # Led by the contact, one index answers for both.
    op.drop_constraint("uq_message_campaign_id_contact_id", "message")
    op.create_unique_constraint(
        "uq_message_contact_id_campaign_id", "message", ["contact_id", "campaign_id"]
    )
    op.drop_index("ix_message_contact_id", table_name="message")
