"""Campaigns that ask about measuring, and the day of the last open."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _switch(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default="false", nullable=False)


def upgrade() -> None:
    op.add_column("campaign", _switch("asks_measuring"))
    op.add_column("workspace", _switch("keeps_last_open"))
    op.add_column("contact", sa.Column("last_open_on", sa.Date(), nullable=True))
