"""The queue that wake-ups go through when no other broker is named."""

from alembic import op
from dramatiq_postgres.schema import generate_init_sql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(generate_init_sql().replace("%", "%%"))
