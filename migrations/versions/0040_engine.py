"""The room of a lane that a dead deliverer held."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "deliverer",
        sa.Column("room", sa.Integer(), server_default="0", nullable=False),
    )
