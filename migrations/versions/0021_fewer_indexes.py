"""Fewer indexes to keep while a campaign leaves."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_message_workspace_id_kind", table_name="message")
