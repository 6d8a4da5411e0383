"""Several segments in one audience."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign_segment",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("is_excluded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name="fk_campaign_segment_campaign_id_campaign",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"],
            ["segment.id"],
            name="fk_campaign_segment_segment_id_segment",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "segment_id", name="pk_campaign_segment"
        ),
    )
    op.create_index(
        "ix_campaign_segment_segment_id", "campaign_segment", ["segment_id"]
    )
    op.execute(
        "INSERT INTO campaign_segment (campaign_id, segment_id, is_excluded)"
        " SELECT id, segment_id, false FROM campaign WHERE segment_id IS NOT NULL"
    )
    op.drop_column("campaign", "segment_id")
